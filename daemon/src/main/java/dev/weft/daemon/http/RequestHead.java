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
 * The head of a request (RFC 9112 section 3), parsed strictly: a head that two readers could understand differently is
 * refused.
 *
 * @param method such as GET
 * @param target as sent
 * @param version HTTP/1.0 or HTTP/1.1
 * @param fields name and value of each header field, in order
 */
public record RequestHead(String method, String target, String version, List<Field> fields) {
    /** Longest head that is accepted, in bytes. */
    public static final int MAX_BYTES = 8192;

    /** Header fields that an HTTP probe of Kubernetes sends and that a server may need. */
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

    /** Returns the length of the head with its empty line, or -1 if the empty line has not arrived. */
    public static int length(byte[] bytes, int count) {
        for (int i = 3; i < count; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /**
     * Reads the head of a request from a client. The bytes after it are left in the stream.
     *
     * @param in with room to push back {@link #MAX_BYTES}
     * @return empty if the head is malformed or too long
     * @throws IOException if the connection ends or breaks before the end of the head
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

    /** Parses a complete head; empty if it is malformed. */
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

    /**
     * Returns the values of all fields of this name, joined by commas (RFC 9110 section 5.3); empty if there is none.
     */
    public String values(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).collect(Collectors.joining(", "));
    }

    /** Whether the request has no body, and the connection stays HTTP. */
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

    /** Whether the request has at most one Host field. */
    public boolean namesOneHost() {
        return fields.stream().filter(field -> field.is("host")).count() <= 1;
    }

    /**
     * Returns the request with the fields that a probe needs only, and with {@code Connection: close}. The other fields
     * could make the peer appear as someone else: a forwarded address, a cookie, the name of an identity.
     */
    public String asProbe() {
        StringBuilder out = new StringBuilder(method + " " + target + " " + version + "\r\n");
        for (Field field : fields) {
            if (PROBE_FIELDS.contains(field.name().toLowerCase(Locale.ROOT))) {
                out.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        return out.append("Connection: close\r\n\r\n").toString();
    }

    /** Returns the path of a target, without its query. */
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
