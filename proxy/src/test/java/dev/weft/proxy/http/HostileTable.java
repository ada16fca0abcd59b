package dev.weft.proxy.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of hostile messages. An entry begins with {@code == name => what becomes of it}. Each line that follows is a line
 * with a CRLF, but for one that ends with {@code \c}. {@code \r \n \t \\} and {@code \xHH} are octets; {@code {9000*a}} is
 * something so many times.
 */
final class HostileTable {
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)\\*(.+?)\\}");

    /** One message. */
    record Entry(String name, String expected, String octets) {
        @Override
        public String toString() {
            return name;
        }
    }

    private HostileTable() {}

    static Stream<Entry> read(String file) {
        List<Entry> entries = new ArrayList<>();
        String title = null;
        StringBuilder octets = new StringBuilder();
        for (String line : lines(file)) {
            if (line.startsWith("==")) {
                add(entries, title, octets);
                title = line.substring(2).strip();
            } else if (title != null && !line.startsWith("#")) {
                boolean open = line.endsWith("\\c");
                octets.append(unescape(open ? line.substring(0, line.length() - 2) : line + "\\r\\n"));
            }
        }
        add(entries, title, octets);
        return entries.stream();
    }

    private static List<String> lines(String file) {
        try (InputStream in = HostileTable.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), JudgedConnection.OCTETS)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(List<Entry> entries, @Nullable String title, StringBuilder octets) {
        if (title != null) {
            String[] parts = title.split(" => ", 2);
            entries.add(new Entry(parts[0], parts[1], octets.toString()));
            octets.setLength(0);
        }
    }

    private static String unescape(String line) {
        String text = REPEATED.matcher(line)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            if (text.charAt(i) != '\\') {
                out.append(text.charAt(i++));
                continue;
            }
            char escaped = text.charAt(i + 1);
            i += 2;
            switch (escaped) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i, i + 2), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("an unknown escape in: " + line);
            }
        }
        return out.toString();
    }
}
