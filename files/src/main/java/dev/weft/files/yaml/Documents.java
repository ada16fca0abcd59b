package dev.weft.files.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a file with what was read of each, so that after a change only those are read that are new: to read
 * thousands takes a second. A document is known again by its text, and only one without errors is kept. Equal to any other:
 * it adds nothing to what a file says.
 */
public final class Documents {

    /** Of nothing that was read before. */
    public static final Documents NONE = new Documents(Map.of());

    private static final String MARK = "---";

    /** An object of a document. */
    private record Known(String object, int line, ObjectReader.Entry entry) {}

    private final Map<String, List<Known>> before;
    private final Map<String, List<Known>> now = new HashMap<>();
    private @Nullable List<Known> open;

    private Documents(Map<String, List<Known>> before) {
        this.before = before;
    }

    /** To read a file with, of which these were the documents. */
    Documents next() {
        return new Documents(now);
    }

    /** Whether this document was read before; then its objects are among the others. */
    boolean take(String document, ObjectReader all) {
        List<Known> known = now.getOrDefault(document, before.get(document));
        if (known == null) {
            return false;
        }
        known.forEach(object -> all.put(object.object(), object.line(), object.entry()));
        now.put(document, known);
        return true;
    }

    /** A document is about to be read. */
    void begin() {
        open = new ArrayList<>();
    }

    /** An object of it was read. */
    void read(String object, int line, ObjectReader.Entry entry) {
        if (open != null) {
            open.add(new Known(object, line, entry));
        }
    }

    /** The document was read. */
    void end(String document, boolean sound) {
        if (sound && open != null) {
            now.put(document, List.copyOf(open));
        }
        open = null;
    }

    /** A document of a file as text, and on which line of the file it begins, from 0. */
    record Part(String text, int line) {}

    /**
     * The documents of a file, each with the mark that it begins with. YAML has the mark at the beginning of a line nowhere
     * but before a document. A file with directives or marks of the end is one part.
     */
    static List<Part> split(String text) {
        List<Part> parts = new ArrayList<>();
        int begin = 0;
        int beginLine = 0;
        int line = 0;
        for (int at = 0; at < text.length(); ) {
            if (text.startsWith("...", at) || text.charAt(at) == '%') {
                return List.of(new Part(text, 0));
            }
            if (at > begin && isMark(text, at)) {
                parts.add(new Part(text.substring(begin, at), beginLine));
                begin = at;
                beginLine = line;
            }
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end + 1;
            line++;
        }
        parts.add(new Part(text.substring(begin), beginLine));
        return parts;
    }

    private static boolean isMark(String text, int at) {
        int after = at + MARK.length();
        return text.startsWith(MARK, at) && (after == text.length() || Character.isWhitespace(text.charAt(after)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Documents;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
