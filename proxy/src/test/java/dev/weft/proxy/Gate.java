package dev.weft.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Stands between two sidecars: holds what the callee says in its handshake until the gate is opened. */
final class Gate implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final ServerSocket server = new ServerSocket(0, 16, MeshFixture.LOOPBACK);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    Gate(int target) throws IOException {
        Thread.startVirtualThread(() -> {
            try {
                Socket caller = server.accept();
                Socket callee = new Socket(MeshFixture.LOOPBACK, target);
                Thread.startVirtualThread(() -> pump(caller, callee));
                hold(callee, caller);
            } catch (IOException e) {
                // the test is over
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void hold(Socket callee, Socket caller) throws IOException, InterruptedException {
        InputStream from = callee.getInputStream();
        OutputStream to = caller.getOutputStream();
        byte[] first = new byte[CHUNK_BYTES];
        int length = from.read(first);
        answered.countDown();
        opened.await();
        to.write(first, 0, Math.max(0, length));
        pump(callee, caller);
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of them has gone
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns when the callee has answered in the handshake, so that it has chosen its certificate. */
    void awaitAnswer() throws InterruptedException {
        answered.await();
    }

    void open() {
        opened.countDown();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
