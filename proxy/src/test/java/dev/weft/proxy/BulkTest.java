package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.session.Session;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BulkTest {
    private static final int SMALL_SESSIONS = 40;
    private static final int FACTOR = 20;
    private static final long ALWAYS_GOOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    @Test
    void keepsSmallSessionsQuickBesideADownloadBetweenTheSameTwo() throws Exception {
        try (Application application = new Application();
                MeshFixture mesh = new MeshFixture(application.address())) {
            smallSessions(mesh, new HashSet<>()); // warm
            long alone = smallSessions(mesh, new HashSet<>());
            try (Socket download = mesh.connect()) {
                download.getOutputStream().write(Application.FLOOD);
                Thread.startVirtualThread(() -> discard(download));
                Waiting.until(
                        "a tunnel beside the download's",
                        () -> bulkTunnel(mesh) != 0 && mesh.web.registry().tunnels() > 1);
                long bulk = bulkTunnel(mesh);
                Set<Long> used = new HashSet<>();
                // The first may still find the new tunnel in its handshake.
                Waiting.until("steered", () -> !tunnelOfOne(mesh, bulk));
                long most = Math.max(FACTOR * alone, ALWAYS_GOOD_NANOS);
                Waiting.until("a median below " + most + " ns", () -> smallSessions(mesh, used) < most);
                assertThat(used).isNotEmpty().doesNotContain(bulk);
                assertThat(mesh.web.registry().tunnels()).isLessThanOrEqualTo(4);
                download.setSoLinger(true, 0);
            }
        }
    }

    private static void discard(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {}
        } catch (IOException e) {
            // closed by the test
        }
    }

    private static long bulkTunnel(MeshFixture mesh) {
        for (Session session : mesh.web.registry().sessions()) {
            if (session.bulk(System.nanoTime())) {
                return session.tunnel();
            }
        }
        return 0;
    }

    private static boolean tunnelOfOne(MeshFixture mesh, long tunnel) {
        Set<Long> used = new HashSet<>();
        try {
            small(mesh, used);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return used.contains(tunnel);
    }

    /** The median of their times, from connecting to the answer. */
    private static long smallSessions(MeshFixture mesh, Set<Long> tunnels) throws IOException {
        long[] took = new long[SMALL_SESSIONS];
        for (int i = 0; i < took.length; i++) {
            took[i] = small(mesh, tunnels);
        }
        Arrays.sort(took);
        return took[took.length / 2];
    }

    private static long small(MeshFixture mesh, Set<Long> tunnels) throws IOException {
        long started = System.nanoTime();
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write(new byte[] {Application.ECHO, 'x'});
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            long took = System.nanoTime() - started;
            for (Session session : mesh.web.registry().sessions()) {
                if (session.source().getPort() == socket.getLocalPort()) {
                    tunnels.add(session.tunnel());
                }
            }
            return took;
        }
    }
}
