package dev.weft.control.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Limits the request bytes that are held in memory: the bytes of a unary call until it has ended, the bytes of a
 * stream's message until it is complete. gRPC collects a message in memory before the service sees it, and lets the
 * client send more meanwhile; gRPC's own limit is per message. A connection that holds too much is cut off; if all
 * connections together hold too much, the one that holds most. Safe for use by several threads.
 */
final class HeldBodies extends ServerStreamTracer.Factory {

    /** The bytes of a connection that is cut off or has no call. */
    private static final long NOTHING = 0;

    private final Limits limits;

    @GuardedBy("this")
    private final Map<Connection, Long> held = new HashMap<>();

    @GuardedBy("this")
    private long all;

    HeldBodies(Limits limits) {
        this.limits = limits;
    }

    /** Returns the bytes held by all connections. */
    synchronized long all() {
        return all;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Body();
    }

    private void add(Connection connection, long bytes) {
        Optional<Connection> over;
        synchronized (this) {
            if (connection.isCut()) {
                return;
            }
            all += bytes;
            over = held.merge(connection, bytes, Long::sum) > limits.bodiesOfConnection()
                    ? Optional.of(connection)
                    : all > limits.bodies() ? greatest() : Optional.empty();
            over.ifPresent(this::forget);
        }
        over.ifPresent(Connection::cutForBodies);
    }

    private synchronized void release(Connection connection, long bytes) {
        Long before = held.get(connection);
        if (before != null) {
            long given = Math.min(before, bytes);
            all -= given;
            if (before == given) {
                held.remove(connection);
            } else {
                held.put(connection, before - given);
            }
        }
    }

    @GuardedBy("this")
    private Optional<Connection> greatest() {
        return held.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /**
     * Stops counting a connection that is cut off; its memory is freed when it ends. So no other connection is cut off
     * because of it.
     */
    @GuardedBy("this")
    private void forget(Connection connection) {
        connection.markCut();
        Long was = held.remove(connection);
        all -= was == null ? NOTHING : was;
    }

    /**
     * Counts the bytes of one call. The transport calls it on an event loop; the start of the call is on another
     * thread.
     */
    private final class Body extends ServerStreamTracer {

        @GuardedBy("this")
        private @Nullable Connection connection;

        @GuardedBy("this")
        private long bytes;

        @GuardedBy("this")
        private boolean stream;

        @GuardedBy("this")
        private boolean closed;

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            long arrived;
            Connection of = call.getAttributes().get(ConnectionGate.CONNECTION);
            synchronized (this) {
                if (of == null || closed) {
                    return;
                }
                connection = of;
                stream = call.getMethodDescriptor().getType() != MethodType.UNARY;
                arrived = bytes;
            }
            add(of, arrived);
        }

        @Override
        public void inboundWireSize(long more) {
            Connection of;
            synchronized (this) {
                bytes += more;
                of = connection;
            }
            if (of != null) {
                add(of, more);
            }
        }

        @Override
        public void inboundMessageRead(int number, long wireBytes, long uncompressedBytes) {
            Connection of;
            synchronized (this) {
                of = stream ? connection : null;
                bytes -= of == null ? NOTHING : wireBytes;
            }
            if (of != null) {
                release(of, wireBytes);
            }
        }

        @Override
        public void streamClosed(Status status) {
            Connection of;
            long left;
            synchronized (this) {
                closed = true;
                of = connection;
                left = bytes;
            }
            if (of != null) {
                release(of, left);
            }
        }
    }
}
