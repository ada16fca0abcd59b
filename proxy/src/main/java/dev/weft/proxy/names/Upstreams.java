package dev.weft.proxy.names;

import dev.weft.proxy.capture.Sockets;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the name servers that the workload had before, for names outside of the mesh. Each question uses its own socket,
 * so a random port, and a random id. An answer must come from the server asked, under that id, with the question
 * exactly as it was sent (RFC 5452). It is passed on unchanged. Belongs to one event loop.
 */
final class Upstreams {
    /** Most questions under way. */
    static final int MAX_OUTSTANDING = 256;
    /** How long to wait for one server. */
    static final Duration ATTEMPT = Duration.ofMillis(1_500);
    /** Most attempts for one question; together they take less than a client's 5 s. */
    static final int MAX_ATTEMPTS = 3;

    /** How questions are sent: the sockets, the event loop, and the source of random ids. */
    record Way(Sockets sockets, EventLoop loop, IntSupplier ids) {}

    private final Way way;
    private final int port;
    private final Supplier<List<InetAddress>> servers;
    private int outstanding;

    /** @param port port of all servers: 53, except in tests */
    Upstreams(Way way, int port, Supplier<List<InetAddress>> servers) {
        this.way = way;
        this.port = port;
        this.servers = servers;
    }

    /** Whether there is a server to ask. */
    boolean present() {
        return !servers.get().isEmpty();
    }

    /** Whether there is room for another question. */
    boolean free() {
        return outstanding < MAX_OUTSTANDING;
    }

    /** Asks one server after the other; calls back once, with {@code null} if none answers. */
    void ask(Query query, boolean tcp, Consumer<byte @Nullable []> callback) {
        List<InetSocketAddress> all = servers.get().stream()
                .map(server -> new InetSocketAddress(server, port))
                .toList();
        if (all.isEmpty()) {
            callback.accept(null);
            return;
        }
        outstanding++;
        int attempts = Math.min(MAX_ATTEMPTS, Math.max(2, all.size()));
        attempt(query, tcp, all, 0, attempts, response -> {
            outstanding--;
            callback.accept(response);
        });
    }

    private void attempt(
            Query query,
            boolean tcp,
            List<InetSocketAddress> all,
            int number,
            int attempts,
            Consumer<byte @Nullable []> callback) {
        if (number == attempts) {
            callback.accept(null);
            return;
        }
        InetSocketAddress server = all.get(number % all.size());
        UpstreamQuery.ask(way, query, tcp, server, response -> {
            boolean last = number + 1 == attempts;
            if (response == null || (!last && isRefusal(response))) {
                attempt(query, tcp, all, number + 1, attempts, callback);
            } else {
                callback.accept(response);
            }
        });
    }

    /** Whether this server refuses or fails; another one may have the answer. */
    private static boolean isRefusal(byte[] response) {
        int rcode = Dns.number(response, 2) & Dns.RCODE;
        return rcode == Dns.SERVER_FAILURE || rcode == Dns.REFUSED || rcode == Dns.NOT_IMPLEMENTED;
    }
}
