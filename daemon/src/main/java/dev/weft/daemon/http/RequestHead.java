package dev.weft.daemon.http;

import dev.weft.policy.request.Token;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The head of a request (RFC 9112 section 3), read strictly: what two readers could understand differently is refused.
 *
 * @param method as GET
 * @param target as sent
 * @param version HTTP/1.0 or HTTP/1.1
 * @param fields name and value of each header field, in order
 */
public record RequestHead(String method, String target, String version, List<Field> fields) {
    /** Bytes of a head that are read. */
    public static final int MAX_BYTES = 8192;

    /** What an HTTP probe of Kubernetes sends, and a server wants to know. */
    private static final Set<String> PROBE_FIELDS = Set.of("host", "user-agent", "accept");

    /** A header field. */
    public record Field(String name, String value) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    public RequestHead {
        fields = List.copyOf(fields);
    }

    /** The length of the head with its empty line, or -1 if that has not arrived. */
    public static int length(byte[] bytes, int count) {
        for (int i = 3; i < count; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /**
     * Reads the head of what a client sends; what comes after it is left to be read.
     *
     * @param in with room for {@link #MAX_BYTES} to be put back
     * @return empty if it is none, or too long
     * @throws IOException if the connection ends or breaks before
     */
    public static Optional<RequestHead> read(PushbackInputStream in) throws IOException {
        byte[] bytes = new byte[MAX_BYTES];
        int count = 0;
        int length = -1;
        while (length < 0 && count < bytes.length) {
            int read = in.read(bytes, count, bytes.length - count);
            if (read < 0) {
                throw new IOException("the connection ended within a request");
            }
            count += read;
            length = length(bytes, count);
        }
        if (length < 0) {
            return Optional.empty();
        }
        in.unread(bytes, length, count - length);
        return parse(bytes, length);
    }

    /** Reads a complete head; empty if it isn't one. */
    public static Optional<RequestHead> parse(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n\r\n")) {
            return Optional.empty();
        }
        String[] lines = text.substring(0, text.length() - 4).split("\r\n", -1);
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3 || !Token.is(request[0]) || !isTarget(request[1])) {
            return Optional.empty();
        }
        if (!request[2].equals("HTTP/1.1") && !request[2].equals("HTTP/1.0")) {
            return Optional.empty();
        }
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1 || !Token.is(lines[i].substring(0, colon)) || !isValue(lines[i])) {
                return Optional.empty();
            }
            fields.add(new Field(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip()));
        }
        return Optional.of(new RequestHead(request[0], request[1], request[2], fields));
    }

    /** The values of all fields of this name, with commas between them (RFC 9110 section 5.3); empty for none. */
    public String values(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).collect(Collectors.joining(", "));
    }

    /** Whether nothing follows the head, and the connection stays HTTP. */
    public boolean standsAlone() {
        for (Field field : fields) {
            if (field.is("transfer-encoding") || field.is("upgrade") || field.is("expect")) {
                return false;
            }
            if (field.is("content-length") && !field.value().equals("0")) {
                return false;
            }
        }
        return true;
    }

    /** Whether at most one header says which host is meant. */
    public boolean namesOneHost() {
        return fields.stream().filter(field -> field.is("host")).count() <= 1;
    }

    /**
     * The request with no more than a probe needs, saying that it is the connection's last. What else the peer has sent, it may
     * have sent to be somebody: a forwarded address, a cookie, the name of an identity.
     */
    public String asProbe() {
        StringBuilder out = new StringBuilder(256);
        out.append(method)
                .append(' ')
                .append(target)
                .append(' ')
                .append(version)
                .append("\r\n");
        for (Field field : fields) {
            if (PROBE_FIELDS.contains(field.name().toLowerCase(Locale.ROOT))) {
                out.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        return out.append("Connection: close\r\n\r\n").toString();
    }

    /** The path of a target, without its query. */
    public static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Whether the method is GET or HEAD. */
    public boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    private static boolean isTarget(String text) {
        return text.startsWith("/") && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static boolean isValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f));
    }

    @Override
    public String toString() {
        return method.toUpperCase(Locale.ROOT) + " " + target;
    }
}
