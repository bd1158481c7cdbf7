// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// signatures are those of RS256 that are known. By PKCS #1 v1.5 (RFC 8017 section
// 8.2) a key has one signature of a text, so none need be made twice, which takes as
// long as many verifications.
type signatures struct {
	mu    sync.Mutex
	known map[signing][]byte
}

// signing is what a signature is of: the digests of the modulus and of the text.
type signing struct{ modulus, input [sha256.Size]byte }

var rs256 = signatures{known: map[signing][]byte{}}

// sign returns the signature of a text: the one of an earlier call, or one from the
// corpus if it is the key's, or a new one.
func (s *signatures) sign(key *rsa.PrivateKey, input []byte) []byte {
	id := signing{sha256.Sum256(key.N.Bytes()), sha256.Sum256(input)}
	s.mu.Lock()
	sig, ok := s.known[id]
	s.mu.Unlock()
	if ok {
		return sig
	}
	if sig = fromCorpus(key, id.input); sig == nil {
		sig = pkcs1(key, crypto.SHA256, input)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[id] = sig
	return sig
}

// fromCorpus returns the signature of a digest that the corpus holds, nil if it
// holds none that is the key's.
func fromCorpus(key *rsa.PrivateKey, digest [sha256.Size]byte) []byte {
	for _, sig := range corpusSignatures()[digest] {
		if rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], sig) == nil {
			return sig
		}
	}
	return nil
}

// corpusSignatures are what stands behind the last dot of the corpus's tokens, good
// and bad, by the digest of what is before it.
var corpusSignatures = sync.OnceValue(func() map[[sha256.Size]byte][][]byte {
	all := map[[sha256.Size]byte][][]byte{}
	files, _ := filepath.Glob(filepath.Join(corpusDir, "*.txt"))
	for _, file := range files {
		text, _ := os.ReadFile(file) // what can't be read is signed anew
		_, token, _ := strings.Cut(string(text), "\n\n")
		dot := strings.LastIndexByte(token, '.')
		if dot < 0 {
			continue
		}
		if sig, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(token[dot+1:], "\n")); err == nil {
			digest := sha256.Sum256([]byte(token[:dot]))
			all[digest] = append(all[digest], sig)
		}
	}
	return all
})

// The corpus holds bad signatures of the texts that it holds good ones of, and the
// same text signed by two keys: none is taken for another.
func TestSignaturesAreTheKeysOwn(t *testing.T) {
	k := keysOf(t)
	fresh := signatures{known: map[signing][]byte{}}
	found := 0
	for _, v := range readCorpus(t) {
		dot := strings.LastIndexByte(v.token, '.')
		if dot < 0 {
			continue
		}
		input := []byte(v.token[:dot])
		if fromCorpus(k.userFlow, sha256.Sum256(input)) == nil {
			continue
		}
		if found++; found%8 > 0 { // making them takes long
			continue
		}
		for _, key := range []*rsa.PrivateKey{k.userFlow, k.stranger} {
			if got, want := fresh.sign(key, input), pkcs1(key, crypto.SHA256, input); string(got) != string(want) {
				t.Errorf("%s: got a signature that the key did not make", v.name)
			}
		}
	}
	if found < 100 {
		t.Errorf("got %d signatures from the corpus, want at least 100", found)
	}
}
