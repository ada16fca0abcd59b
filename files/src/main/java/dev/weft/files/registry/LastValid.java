package dev.weft.files.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry's files said when they last counted, kept for the next start: a file that is broken then goes on counting
 * with it. Used by one thread at a time.
 */
interface LastValid {

    /** Keeps nothing: what starts with it reads the files as they are. */
    LastValid NOTHING = new LastValid() {
        @Override
        public Optional<Kept> load() {
            return Optional.of(new Kept(Map.of(), Map.of()));
        }

        @Override
        public void keep(Kept now) {}
    };

    /**
     * What is kept.
     *
     * @param texts by file; empty where what was kept is lost
     * @param folders the inode of each folder of files
     */
    record Kept(Map<Path, Optional<String>> texts, Map<Path, Long> folders) {
        public Kept {
            texts = Map.copyOf(texts);
            folders = Map.copyOf(folders);
        }

        /** What counts of the files now. The operators' files are state themselves. */
        static Kept of(Collection<WatchedFile> files, Map<Path, Long> folders) {
            Map<Path, Optional<String>> texts = new HashMap<>();
            for (WatchedFile file : files) {
                if (!file.ofOperators()) {
                    file.taken().ifPresent(taken -> texts.put(file.file(), Optional.of(taken.text())));
                }
            }
            return new Kept(texts, folders);
        }
    }

    /** What was kept; empty if nothing ever was, or all of it is lost. */
    Optional<Kept> load() throws IOException;

    /** Keeps this in place of what was kept. */
    void keep(Kept now) throws IOException;
}
