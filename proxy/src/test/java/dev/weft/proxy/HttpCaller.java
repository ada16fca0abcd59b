package dev.weft.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An application's connection that asks in HTTP/1.1, through its sidecar. */
final class HttpCaller implements AutoCloseable {
    final Socket socket;
    private final InputStream in;

    /** A response: its head, and a body of the length that the head says. */
    record Response(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    HttpCaller(MeshFixture mesh) throws IOException {
        this(mesh.connect());
    }

    HttpCaller(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Response get(String path) throws IOException {
        say("GET " + path + " HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        return response();
    }

    Response post(String path, String body) throws IOException {
        say("POST " + path + " HTTP/1.1\r\nHost: api.shop\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        return response();
    }

    Response response() throws IOException {
        String head = HttpApplication.head(in);
        int length = 0;
        for (String line : head.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        return new Response(head, new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
    }

    String read(int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** All that comes until the end. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
