package dev.weft.files.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores the last content in force of a registry's files for the next start, so that a file that is broken then remains
 * in force with it. Used by one thread at a time.
 */
interface LastValidStore {

    /** Stores nothing: at each start the files are read as they are. */
    LastValidStore NOTHING = new LastValidStore() {
        @Override
        public Optional<LastValidContent> load() {
            return Optional.of(new LastValidContent(Map.of(), Map.of(), Map.of()));
        }

        @Override
        public void keep(LastValidContent now) {}
    };

    /**
     * The stored content.
     *
     * @param texts text of each file; empty if the stored text is lost
     * @param folders inode of each folder of files
     * @param lost addresses that objects claim and do not get, by kind and name; none if unknown
     */
    record LastValidContent(Map<Path, Optional<String>> texts, Map<Path, Long> folders, Map<String, Set<String>> lost) {
        public LastValidContent {
            texts = Map.copyOf(texts);
            folders = Map.copyOf(folders);
            lost = Map.copyOf(lost);
        }

        /**
         * Returns the content of the files that is in force now. Files of operators are left out: they are state
         * themselves.
         */
        static LastValidContent of(
                Collection<WatchedFile> files, Map<Path, Long> folders, Map<String, Set<String>> lost) {
            Map<Path, Optional<String>> texts = new HashMap<>();
            for (WatchedFile file : files) {
                if (!file.ofOperators()) {
                    file.taken().ifPresent(taken -> texts.put(file.file(), Optional.of(taken.text())));
                }
            }
            return new LastValidContent(texts, folders, lost);
        }
    }

    /** Returns the stored content; empty if nothing was ever stored, or all of it is lost. */
    Optional<LastValidContent> load() throws IOException;

    /** Replaces the stored content. */
    void keep(LastValidContent now) throws IOException;
}
