package dev.weft.mesh.state;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** State that must last, in pieces that have names. Safe for use by several threads. */
public interface Store {

    /**
     * A piece of the state, there or not.
     *
     * @param name letters, digits, {@code -} and {@code .}; in a folder after a {@code /}
     * @param form what the piece is like, the same each time
     */
    Entry entry(String name, Form form);

    /**
     * The names of the pieces in a folder that have a value, from any writer, in the order of their names.
     *
     * @param folder without the {@code /}
     */
    List<String> names(String folder) throws IOException;

    /** Where the pieces in a folder are, in words by which an operator finds them. */
    String where(String folder);

    /**
     * Calls back with the name of a piece after each change of it, from any writer, and perhaps without one; soon, on any
     * thread, and not for long.
     *
     * @param folder without the {@code /}; empty for the pieces that are in no folder
     * @return ends it
     */
    Entry.Watch follow(String folder, Consumer<String> changed);

    /**
     * What a piece of state is like.
     *
     * @param maxBytes the longest value, in bytes of UTF-8
     * @param secret whether no one else may read it
     * @param lasting whether, once written, it must be there until {@link Entry#delete}: without it more would be trusted
     */
    record Form(int maxBytes, boolean secret, boolean lasting) {
        /** Others may read it. */
        public static Form open(int maxBytes) {
            return new Form(maxBytes, false, true);
        }

        /** A key, or what leads to one. */
        public static Form secret(int maxBytes) {
            return new Form(maxBytes, true, true);
        }

        /** As above, and it may be missing: less is trusted then, not more. */
        public Form passing() {
            return new Form(maxBytes, secret, false);
        }
    }
}
