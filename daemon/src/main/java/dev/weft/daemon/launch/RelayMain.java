package dev.weft.daemon.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Connects standard input and output to a Unix socket until one side ends. Operators outside of a container use it to
 * talk to a program inside. The argument is the path of the socket.
 */
public final class RelayMain {

    private static final int CANNOT_CONNECT = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final int BUFFER_BYTES = 16 * 1024;

    private RelayMain() {}

    /** Runs the program. Exit status: 1 if the connection fails, 2 if the argument is missing. */
    public static void main(String[] arguments) {
        if (arguments.length != 1) {
            System.err.println("usage: weft-operator SOCKET");
            System.exit(WRONG_ARGUMENTS);
        }
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(Path.of(arguments[0]));
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(address);
            InputStream from = Channels.newInputStream(channel);
            OutputStream to = Channels.newOutputStream(channel);
            Thread.ofPlatform().daemon().name("to-socket").start(() -> sendAll(System.in, to, channel));
            copy(from, System.out);
        } catch (IOException e) {
            System.err.println("weft-operator: " + address.getPath() + ": " + e.getMessage());
            System.exit(CANNOT_CONNECT);
        }
    }

    private static void sendAll(InputStream from, OutputStream to, SocketChannel channel) {
        try {
            copy(from, to);
            channel.shutdownOutput();
        } catch (IOException _) {
            // The other direction ends as well, and reports the reason.
        }
    }

    /** Copies data as soon as it arrives: both sides wait for each other's messages. */
    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int length;
        while ((length = from.read(buffer)) >= 0) {
            to.write(buffer, 0, length);
            to.flush();
        }
    }
}
