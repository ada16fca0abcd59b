package dev.weft.proxy.trace;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A collector on loopback that takes OTLP over HTTP, and reads the messages by field numbers of opentelemetry-proto. */
public final class OtlpReceiver implements AutoCloseable {
    private final ServerSocket listener;
    /** Heads of the requests. */
    public final Queue<String> heads = new ConcurrentLinkedQueue<>();
    /** All spans that came. */
    public final Queue<Received> spans = new ConcurrentLinkedQueue<>();

    private final String answer;

    /** A span with its attributes and those of its resource, numbers as text. */
    public record Received(
            String traceId,
            String spanId,
            String parentId,
            String name,
            long kind,
            long start,
            long end,
            long status,
            Map<String, String> attributes,
            Map<String, String> resource) {}

    public OtlpReceiver() throws IOException {
        this("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    }

    /** One that answers this. */
    public OtlpReceiver(String answer) throws IOException {
        this.answer = answer;
        this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** For the setting. */
    public String endpoint() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                serve(socket);
            } catch (IOException _) {
                // the next one, or closed
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return;
            }
            head.write(octet);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int at = text.indexOf("Content-Length: ") + 16;
        byte[] body = in.readNBytes(Integer.parseInt(text.substring(at, text.indexOf('\r', at))));
        read(body);
        heads.add(text);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void read(byte[] message) {
        for (Object one : all(fields(message), 1)) {
            Map<Integer, List<Object>> ofResource = fields((byte[]) one);
            Map<String, String> resource = attributes(all(message(ofResource, 1), 1));
            for (Object scope : all(ofResource, 2)) {
                for (Object span : all(fields((byte[]) scope), 2)) {
                    spans.add(span(fields((byte[]) span), resource));
                }
            }
        }
    }

    private static List<Object> all(Map<Integer, List<Object>> fields, int number) {
        return fields.getOrDefault(number, List.of());
    }

    private static Map<Integer, List<Object>> message(Map<Integer, List<Object>> fields, int number) {
        return fields((byte[]) all(fields, number).getFirst());
    }

    private static long number(Map<Integer, List<Object>> fields, int number) {
        return (Long) all(fields, number).getFirst();
    }

    private static Received span(Map<Integer, List<Object>> fields, Map<String, String> resource) {
        return new Received(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                text(fields, 5),
                number(fields, 6),
                number(fields, 7),
                number(fields, 8),
                fields.containsKey(15) ? number(message(fields, 15), 3) : 0,
                attributes(all(fields, 9)),
                resource);
    }

    private static String hex(Map<Integer, List<Object>> fields, int number) {
        List<Object> found = all(fields, number);
        return found.isEmpty() ? "" : HexFormat.of().formatHex((byte[]) found.getFirst());
    }

    private static String text(Map<Integer, List<Object>> fields, int number) {
        return new String((byte[]) all(fields, number).getFirst(), StandardCharsets.UTF_8);
    }

    private static Map<String, String> attributes(List<Object> keyValues) {
        Map<String, String> attributes = new TreeMap<>();
        for (Object one : keyValues) {
            Map<Integer, List<Object>> pair = fields((byte[]) one);
            Map<Integer, List<Object>> value = message(pair, 2);
            attributes.put(text(pair, 1), value.containsKey(1) ? text(value, 1) : Long.toString(number(value, 3)));
        }
        return attributes;
    }

    /** The fields of a message by number: numbers as Long, all else as bytes. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        Map<Integer, List<Object>> fields = new TreeMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Object value = switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                    case WireFormat.WIRETYPE_FIXED64 -> in.readFixed64();
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                    default -> throw new IllegalStateException("wire type of tag " + tag);
                };
                fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), _ -> new ArrayList<>())
                        .add(value);
            }
            return fields;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
