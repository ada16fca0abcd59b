package dev.weft.local.inspect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Sends a GET request over a Unix socket, by HTTP/1.1 with one response for each connection (RFC 9112). */
final class HttpOverUnixSocket {

    /** Default for the longest time of an answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_RESPONSE_BYTES = 32 << 20;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final String HEAD_END = "\r\n\r\n";

    private HttpOverUnixSocket() {}

    record Response(int status, String body) {}

    static Response get(Path socket, String path, Duration limit) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return parse(readAll(channel, selector, limit));
        }
    }

    private static byte[] readAll(SocketChannel channel, Selector selector, Duration limit) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new IOException("no answer within " + limit.toMillis() / 1000.0 + " s");
            }
            selector.select(Math.max(1, left / 1_000_000));
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the request was cancelled");
            }
            selector.selectedKeys().clear();
            int read = channel.read(buffer.clear());
            if (read < 0) {
                return all.toByteArray();
            }
            all.write(buffer.array(), 0, read);
            if (all.size() > MAX_RESPONSE_BYTES) {
                throw new IOException("answer too long (expected: at most " + MAX_RESPONSE_BYTES + " bytes)");
            }
        }
    }

    static Response parse(byte[] bytes) throws IOException {
        String head = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = head.indexOf(HEAD_END);
        if (end < 0 || !head.startsWith("HTTP/1.")) {
            throw new IOException("not an HTTP answer");
        }
        String[] statusLine = head.substring(0, head.indexOf("\r\n")).split(" ", 3);
        int status;
        try {
            status = Integer.parseInt(statusLine[1]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("not an HTTP status line", e);
        }
        byte[] body = Arrays.copyOfRange(bytes, end + HEAD_END.length(), bytes.length);
        boolean chunked = head.substring(0, end).toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        return new Response(status, new String(chunked ? dechunk(body) : body, StandardCharsets.UTF_8));
    }

    private static byte[] dechunk(byte[] body) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (true) {
            int lineEnd = text.indexOf("\r\n", at);
            try {
                int size = Integer.parseInt(
                        text.substring(at, lineEnd).split(";", 2)[0].strip(), 16);
                if (size == 0) {
                    return whole.toByteArray();
                }
                whole.write(body, lineEnd + 2, size);
                at = lineEnd + 2 + size + 2;
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException("answer cut short within its chunks", e);
            }
        }
    }
}
