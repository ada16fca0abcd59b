package dev.weft.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a control plane as its operator does. */
final class AdminSocket {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private AdminSocket() {}

    /** The body of a page, on the socket in this state directory. */
    static String page(Path stateDirectory, String path) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(stateDirectory.resolve("admin.sock")));
            String request = "GET " + path + " HTTP/1.1\r\nHost: x" + END_OF_HEAD;
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length());
        }
    }
}
