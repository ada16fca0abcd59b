package dev.weft.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between two sidecars; may end one direction as a process that dies does, or pass nothing any more, as the
 * network to a machine that is lost does.
 */
final class Forwarder implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 16, MeshFixture.LOOPBACK);
    private final BlockingQueue<Socket> callers = new LinkedBlockingQueue<>();

    private final AtomicLong passed = new AtomicLong();
    private volatile boolean frozen;

    Forwarder(int target) throws IOException {
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket caller = server.accept();
                    Socket peer = new Socket(MeshFixture.LOOPBACK, target);
                    callers.add(caller);
                    Thread.startVirtualThread(() -> pump(caller, peer));
                    Thread.startVirtualThread(() -> pump(peer, caller));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                passed.addAndGet(count);
                if (!frozen) {
                    to.getOutputStream().write(bytes, 0, count);
                }
            }
            if (!frozen) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // one of them has gone
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many bytes have come, from both sides. */
    long passed() {
        return passed.get();
    }

    /** From now on, neither side hears the other, and no connection ends. */
    void freeze() {
        frozen = true;
    }

    /** The caller's sidecar sees an end, and no more. */
    void endToCaller() throws IOException, InterruptedException {
        callers.take().shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket caller : callers) {
            caller.close();
        }
    }
}
