package dev.weft.mesh.state;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Persistent state in named pieces. Safe for use by several threads. */
public interface Store {

    /**
     * Returns a piece of the state, which need not exist yet.
     *
     * @param name letters, digits, {@code -} and {@code .}; with a folder in front, separated by {@code /}
     * @param options properties of the piece; the same at each call
     */
    Entry entry(String name, EntryOptions options);

    /**
     * Returns the names of the pieces in a folder that have a value, from any writer, sorted. May also return pieces that
     * are missing although they must be there: to read them fails.
     *
     * @param folder without the {@code /}
     */
    List<String> names(String folder) throws IOException;

    /** Returns the place of a folder's pieces, in words that let an operator find them. */
    String where(String folder);

    /**
     * Calls back with the name of a piece soon after each change of it, by any writer. There may be extra calls without
     * a change. The call comes on any thread and must not take long.
     *
     * @param folder without the {@code /}; empty for the pieces that are in no folder
     * @return ends the calls
     */
    Entry.Watch follow(String folder, Consumer<String> changed);

    /** Returns what is wrong with the stored state, as far as it was noticed: pieces that must be there and are not. */
    default List<String> problems() {
        return List.of();
    }

    /**
     * Properties of a piece of state.
     *
     * @param maxBytes the longest value, in bytes of UTF-8
     * @param secret whether no other user may read it
     * @param required whether, once written, it must be there until {@link Entry#delete}: if it were lost, more would
     *     be trusted
     */
    record EntryOptions(int maxBytes, boolean secret, boolean required) {
        /** Returns the options of a value that other users may read. */
        public static EntryOptions readable(int maxBytes) {
            return new EntryOptions(maxBytes, false, true);
        }

        /** Returns the options of a key, or of a value that leads to one. */
        public static EntryOptions secret(int maxBytes) {
            return new EntryOptions(maxBytes, true, true);
        }

        /** Returns these options for a value that may be missing: without it less is trusted, not more. */
        public EntryOptions optional() {
            return new EntryOptions(maxBytes, secret, false);
        }
    }
}
