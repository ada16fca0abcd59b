package dev.weft.files.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parsed documents of a file. After a change only new documents are parsed, because parsing thousands takes a
 * second. A document is recognized by its text, and only a document without errors is kept. All instances are equal,
 * because they add nothing to the content of a file.
 */
public final class DocumentCache {

    /** No documents from an earlier read. */
    public static final DocumentCache NONE = new DocumentCache(Map.of());

    private static final String MARK = "---";

    private record Known(String object, int line, ObjectReader.Entry entry) {}

    private final Map<String, List<Known>> before;
    private final Map<String, List<Known>> now = new HashMap<>();
    private @Nullable List<Known> open;

    private DocumentCache(Map<String, List<Known>> before) {
        this.before = before;
    }

    /** Returns the documents to pass to the next read of the file. */
    DocumentCache next() {
        return new DocumentCache(now);
    }

    /** Whether this document was parsed before. If so, adds its objects to the others. */
    boolean take(String document, ObjectReader all) {
        List<Known> known = now.getOrDefault(document, before.get(document));
        if (known == null) {
            return false;
        }
        known.forEach(object -> all.put(object.object(), object.line(), object.entry()));
        now.put(document, known);
        return true;
    }

    void begin() {
        open = new ArrayList<>();
    }

    void read(String object, int line, ObjectReader.Entry entry) {
        if (open != null) {
            open.add(new Known(object, line, entry));
        }
    }

    /**
     * Ends the new document.
     *
     * @param sound whether the document is kept
     */
    void end(String document, boolean sound) {
        if (sound && open != null) {
            now.put(document, List.copyOf(open));
        }
        open = null;
    }

    /** The text of a document, and the line of the file on which it begins, from 0. */
    record Part(String text, int line) {}

    /**
     * Splits a text into its documents; each begins with its marker. In YAML the marker is at the beginning of a line
     * only before a document. A file with directives or end markers is one part.
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
        return other instanceof DocumentCache;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
