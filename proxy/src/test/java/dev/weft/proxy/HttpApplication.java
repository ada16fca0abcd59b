package dev.weft.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** An application of HTTP/1.1 that answers as it is told, whatever that is. */
final class HttpApplication implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    private final EchoServer server;
    private final String greeting;
    private volatile Answer answer;

    /** Answers one request after the other; returns false to end the connection. */
    @FunctionalInterface
    interface Answer {
        boolean to(String head, Socket connection) throws IOException;
    }

    HttpApplication(Answer answer) throws IOException {
        this(answer, "");
    }

    private HttpApplication(Answer answer, String greeting) throws IOException {
        this.answer = answer;
        this.greeting = greeting;
        this.server = new EchoServer(this::handle, 0);
    }

    /** Answers every request with this, byte for byte. */
    static HttpApplication saying(String response) throws IOException {
        return new HttpApplication((_, connection) -> say(connection, response));
    }

    /** Answers with 200 and this body. */
    static HttpApplication ok(String body) throws IOException {
        return saying(response("200 OK", body));
    }

    /** Speaks before it is asked, then answers whatever ends with an empty line. */
    static HttpApplication greeting(String greeting, String answer) throws IOException {
        return new HttpApplication((_, connection) -> say(connection, answer), greeting);
    }

    static String response(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static boolean say(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return true;
    }

    void answer(Answer other) {
        answer = other;
    }

    InetSocketAddress address() {
        return server.address();
    }

    private void handle(Socket connection) throws IOException {
        connections.incrementAndGet();
        say(connection, greeting);
        String head = head(connection.getInputStream());
        while (!head.isEmpty()) {
            requests.incrementAndGet();
            if (!answer.to(head, connection)) {
                return;
            }
            head = head(connection.getInputStream());
        }
    }

    /** Up to and with the empty line; "" at the end. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    @Override
    public void close() {
        server.close();
    }
}
