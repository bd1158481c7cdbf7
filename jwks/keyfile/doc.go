// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Package keyfile keeps key snapshots in files, so that a process that starts
// while B2C is away accepts tokens from its first request.
//
//	snapshots, err := keyfile.New("/var/lib/shop/keys", nil)
//	v, err := validator.New(flows, clientID, &validator.Options{
//		Keys: &jwks.Options{Snapshots: snapshots},
//	})
//
// What it promises:
//
//   - There is one file for each authority, of about 5 kB, readable and writable
//     by the user alone. Its name is a hash, and leads nowhere else. That of an
//     authority that is trusted no more stays, and may be deleted at any time.
//   - A file is replaced as a whole: it is written beside, synced, and renamed. Who
//     reads while another process writes, or after a crash, finds the old one or
//     the new one. What was damaged all the same is found out.
//   - Without a key ring the files are trusted because nobody else could have
//     written them: the folder and each file must be of the user that the process
//     runs as, and closed to group and others (modes 0700 and 0600). That is
//     checked each time, at the folder and file that were opened, so no link or
//     renamed parent leads around it. If it is not so of the folder, there are no
//     snapshots, and the log says what to mend; if it is not so of a file, that one
//     counts for nothing, and the next good fetch replaces it. Whoever is root can
//     write anything, and so can who is let in by other means than owner and mode.
//   - With a key ring the files may lie anywhere, and are sealed as in a database:
//     see [jwks.NewSnapshots]. Where files have no owner that Go knows of, as on
//     Windows, and where a volume belongs to somebody else, as in Kubernetes, that
//     is the way.
//
// Processes of one machine may share a folder. Each looks at what the others have
// fetched before it fetches; there is no lease, so several may fetch at once.
package keyfile
