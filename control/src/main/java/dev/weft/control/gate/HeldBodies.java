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
 * The bytes of requests that are held: the bytes of a call until it has ended, the bytes of a stream's message until it is
 * whole. gRPC gathers a message in memory before the service sees it, and gives the client leave to send more meanwhile; its limit
 * of a message holds for each call by itself. Who holds more than one connection may is cut off; where all together hold too
 * much, it is who holds most. Safe for use by several threads.
 */
final class HeldBodies extends ServerStreamTracer.Factory {

    /** Of a connection that is cut off or that has no call. */
    private static final long NOTHING = 0;

    private final Limits limits;

    @GuardedBy("this")
    private final Map<Connection, Long> held = new HashMap<>();

    @GuardedBy("this")
    private long all;

    HeldBodies(Limits limits) {
        this.limits = limits;
    }

    /** Bytes held of all connections. */
    synchronized long all() {
        return all;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Body();
    }

    private void take(Connection connection, long bytes) {
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

    private synchronized void give(Connection connection, long bytes) {
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

    /** What it holds is let go by its end; counted no longer, so that no other caller is cut off for it. */
    @GuardedBy("this")
    private void forget(Connection connection) {
        connection.markCut();
        Long was = held.remove(connection);
        all -= was == null ? NOTHING : was;
    }

    /** One call's. The transport calls it on an event loop, the start of the call on another thread. */
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
            take(of, arrived);
        }

        @Override
        public void inboundWireSize(long more) {
            Connection of;
            synchronized (this) {
                bytes += more;
                of = connection;
            }
            if (of != null) {
                take(of, more);
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
                give(of, wireBytes);
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
                give(of, left);
            }
        }
    }
}
