// Judges our files with golang.org/x/mod/sumdb, the library behind Go's checksum database: note opens signed notes, tlog
// knows the tree. Nothing here computes a hash of the tree itself; what is ours is only where the files lie.
//
//	gomod checkpoint NOTE VKEYFILE              the note opens with the key
//	gomod cosigned NOTE VKEYFILE WITNESSFILE    and with the key of a witness too
//	gomod root LOG NOTE VKEYFILE                the lines of the log give the root that was signed
//	gomod proof LOG INDEX PROOF VKEYFILE        the proof leads from line INDEX (from 0) to the root that was signed
//	gomod tiles DIR LOG VKEYFILE                the published tiles are those of the lines, all of them
//	gomod prove DIR LOG VKEYFILE                proofs made from the tiles convince, for some lines
//	gomod grown DIR OLDNOTE VKEYFILE            the published tree is the old one, grown
//
// Exit 0: accepted; 4: refused, and why; anything else is a mistake of this program or of its caller.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// height of the tiles, fixed by C2SP tlog-tiles: 2^8 hashes in a full one.
const height = 8

func main() {
	arguments := os.Args[1:]
	commands := map[string]struct {
		count int
		run   func(a []string) error
	}{
		"checkpoint": {2, func(a []string) error { _, err := open(a[0], a[1]); return err }},
		"cosigned":   {3, func(a []string) error { return cosigned(a[0], a[1], a[2]) }},
		"root":       {3, func(a []string) error { return root(a[0], a[1], a[2]) }},
		"proof":      {4, func(a []string) error { return proof(a[0], a[1], a[2], a[3]) }},
		"tiles":      {3, func(a []string) error { return tiles(a[0], a[1], a[2]) }},
		"prove":      {3, func(a []string) error { return prove(a[0], a[1], a[2]) }},
		"grown":      {3, func(a []string) error { return grown(a[0], a[1], a[2]) }},
	}
	if len(arguments) == 0 {
		usage()
	}
	command, known := commands[arguments[0]]
	if !known || len(arguments) != command.count+1 {
		usage()
	}
	if err := command.run(arguments[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(4)
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "error: see the head of gomod.go for what can be asked")
	os.Exit(64)
}

// must ends the program with a code that is no refusal: a file of the caller is missing or in disorder.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(66)
	}
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	must(err)
	return data
}

// --- notes ------------------------------------------------------------------------------------------------------------

// open gives the tree that a checkpoint speaks of, if the key signed it.
func open(path, keyPath string) (tlog.Tree, error) {
	return openNote(read(path), keyPath)
}

func openNote(data []byte, keyPath string, more ...note.Verifier) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(keyPath))))
	must(err)
	opened, err := note.Open(data, note.VerifierList(append(more, verifier)...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != 1+len(more) {
		return tlog.Tree{}, fmt.Errorf("%d known signatures and not %d", len(opened.Sigs), 1+len(more))
	}
	// tlog.ParseTree reads the notes of Go's own log, whose first line is another; the lines are the same.
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not three lines, or the origin is not the key's name")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// witness is a cosignature/v1 key (C2SP tlog-cosignature), which this version of the library does not bring along; the
// library still finds the signature, decodes it and decides.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.key, append([]byte(head), text...), signature[8:])
}

func cosigned(path, keyPath, witnessPath string) error {
	parts := strings.SplitN(strings.TrimSpace(string(read(witnessPath))), "+", 3)
	if len(parts) != 3 {
		must(errors.New("the witness's key is none"))
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must(err)
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if len(key) != 33 || key[0] != 4 || fmt.Sprintf("%x", digest[:4]) != parts[1] {
		must(errors.New("the witness's key contradicts itself"))
	}
	_, err = openNote(read(path), keyPath, witness{parts[0], binary.BigEndian.Uint32(digest[:]), key[1:]})
	return err
}

// --- lines ------------------------------------------------------------------------------------------------------------

// entries gives the 32 bytes that each line puts into the tree: its digest, or the digest in whose stead it was left out.
func entries(path string) [][]byte {
	var all [][]byte
	for _, line := range strings.SplitAfter(string(read(path)), "\n") {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		digest := sha256.Sum256([]byte(line))
		entry := digest[:]
		if strings.HasPrefix(line, `{"entry":"`) {
			var withheld struct{ Entry []byte }
			if err := json.Unmarshal([]byte(line), &withheld); err == nil {
				entry = withheld.Entry
			}
		}
		all = append(all, entry)
	}
	return all
}

func root(log, path, keyPath string) error {
	tree, err := open(path, keyPath)
	if err != nil {
		return err
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	all := entries(log)
	for i, entry := range all {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		must(err)
		stored = append(stored, hashes...)
	}
	if int64(len(all)) != tree.N {
		return fmt.Errorf("%d lines, and %d were signed", len(all), tree.N)
	}
	hash, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if hash != tree.Hash {
		return fmt.Errorf("the lines give %v, and %v was signed", hash, tree.Hash)
	}
	return nil
}

func proof(log, number, path, keyPath string) error {
	index, err := strconv.ParseInt(number, 10, 64)
	must(err)
	all := entries(log)
	if index >= int64(len(all)) {
		must(errors.New("the log has no such line"))
	}
	head, checkpoint, found := strings.Cut(string(read(path)), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("no file of the kind tlog-proof")
	}
	claimed, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	tree, err := openNote([]byte(checkpoint), keyPath)
	if err != nil {
		return err
	}
	if claimed < 0 || claimed >= tree.N {
		return errors.New("an index outside the tree")
	}
	return tlog.CheckRecord(hashes, tree.N, tree.Hash, claimed, tlog.RecordHash(all[index]))
}

// --- tiles ------------------------------------------------------------------------------------------------------------

// folder reads tiles where C2SP tlog-tiles puts them: as this library does, without the height in the path.
type folder string

func (folder) Height() int                     { return height }
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) path(tile tlog.Tile) string {
	return filepath.Join(string(f), strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1))
}
func (f folder) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(f.path(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// published opens the checkpoint of a published folder. The reader hands out only hashes that the signed root covers.
func published(dir, keyPath string) (tlog.Tree, tlog.HashReader, error) {
	tree, err := open(filepath.Join(dir, "checkpoint"), keyPath)
	return tree, tlog.TileHashReader(tree, folder(dir)), err
}

// tiles reads every leaf out of the tiles, and every entry out of the bundles, and compares both with the lines. To reach
// all leaves the library must read all tiles of all levels, each authenticated by the one above it.
func tiles(dir, log, keyPath string) error {
	tree, reader, err := published(dir, keyPath)
	if err != nil {
		return err
	}
	all := entries(log)
	if int64(len(all)) != tree.N {
		return fmt.Errorf("%d lines, and %d are published", len(all), tree.N)
	}
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if leaf != tlog.RecordHash(all[i]) {
			return fmt.Errorf("leaf %d is not that of its line", i)
		}
	}
	for first := int64(0); first < tree.N; first += 1 << height {
		width := tree.N - first
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)}
		path := strings.Replace(folder(dir).path(tile), "tile/data/", "tile/entries/", 1)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := first; i < first+width; i++ {
			if len(data) < 34 || binary.BigEndian.Uint16(data) != 32 || string(data[2:34]) != string(all[i]) {
				return fmt.Errorf("%s: entry %d is not that of its line", path, i)
			}
			data = data[34:]
		}
		if len(data) != 0 {
			return fmt.Errorf("%s: %d bytes too many", path, len(data))
		}
	}
	return nil
}

// prove makes proofs out of the tiles, as a mirror would, and checks them against the lines.
func prove(dir, log, keyPath string) error {
	tree, reader, err := published(dir, keyPath)
	if err != nil {
		return err
	}
	all := entries(log)
	for _, index := range []int64{0, 1, 254, 255, 256, tree.N / 2, tree.N - 1} {
		if index >= tree.N || index >= int64(len(all)) {
			continue
		}
		hashes, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(all[index])); err != nil {
			return err
		}
	}
	return nil
}

func grown(dir, oldPath, keyPath string) error {
	tree, reader, err := published(dir, keyPath)
	if err != nil {
		return err
	}
	old, err := open(oldPath, keyPath)
	if err != nil {
		return err
	}
	hashes, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash)
}
