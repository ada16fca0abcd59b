package dev.weft.proxy.http;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.RelayFilter;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a session whose requests are only recorded. All bytes pass at once and unchanged. A gate reads along, and its
 * output is dropped. The gate is closed as soon as it finds something that it would refuse, or fails: bytes that are
 * not HTTP pass too.
 */
public final class HttpTap implements RelayFilter, DroppedOutput {
    private static final Logger LOG = LoggerFactory.getLogger(HttpTap.class);
    /** Most bytes and pieces that are kept of a caller that is ahead of the application. */
    private static final int MOST_AHEAD = 64 * 1024;

    private static final int MOST_PIECES = 256;
    /** Most memory that the record of a connection may take: mostly heads of open requests. */
    private static final int MOST_HELD = 1024 * 1024;

    private final Exits exits;
    private final Function<Protocol, RequestJudge> judges;
    private final VersionDetector opening = new VersionDetector();
    private @Nullable HttpGate gate;
    private boolean over;
    private int pieces;
    private int ahead;

    /** Makes a tap that has seen no bytes yet. */
    public HttpTap(Exits exits, Function<Protocol, RequestJudge> judges) {
        this.exits = exits;
        this.judges = judges;
    }

    @Override
    public void fromFar(ByteBuf data) {
        if (!over) {
            ByteBuf same = data.retainedDuplicate();
            watch(() -> request(same));
        }
        exits.toNear(data);
    }

    @Override
    public void fromNear(ByteBuf data) {
        if (!over) {
            ByteBuf same = data.retainedDuplicate();
            watch(() -> response(same));
        }
        exits.toFar(data);
    }

    private void request(ByteBuf data) {
        if (gate == null) {
            choose(opening.caller(data));
            return;
        }
        int bytes = data.readableBytes();
        gate.request(data);
        boolean full = gate.full();
        pieces = full ? pieces + 1 : 0;
        ahead = full ? ahead + bytes : 0;
        over |= pieces > MOST_PIECES || ahead > MOST_AHEAD || gate.held() > MOST_HELD;
    }

    private void response(ByteBuf data) {
        if (gate == null) {
            over = !opening.application(data);
        } else {
            gate.response(data);
        }
    }

    /** Runs a step of reading along. Whatever fails in it, the bytes pass. */
    private void watch(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | OutOfMemoryError e) { // of a buffer, which Netty throws
            LOG.warn("The requests of a connection are no longer recorded, because the observer failed", e);
            over = true;
        }
        if (over) {
            close();
        }
    }

    private void choose(@Nullable Protocol protocol) {
        if (protocol != null) {
            HttpGate made = protocol.gate(new Recorded(judges.apply(protocol)), this);
            gate = made;
            opening.passTo(made, () -> false);
        }
    }

    @Override
    public void farEnded() {
        HttpGate chosen = gate;
        if (chosen != null && !over) {
            watch(chosen::requestEnded);
        }
        exits.finishNear();
    }

    @Override
    public void nearEnded() {
        HttpGate chosen = gate;
        if (chosen != null && !over) {
            watch(chosen::responseEnded);
        }
        exits.finishFar();
    }

    /** Counts what the gate keeps: parts of the buffers that pass. */
    @Override
    public int held() {
        return gate == null ? opening.held() : gate.held();
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public void close() {
        over = true;
        opening.close();
        HttpGate closing = gate;
        gate = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (RuntimeException e) {
                LOG.warn("Data of a recorded connection was not released correctly", e);
            }
        }
    }

    @Override
    public void refuse(GateRefusal why) {
        over = true;
    }

    /** Ends the record at a request that would be refused elsewhere: the application may well answer it. */
    private final class Recorded extends JudgeFilter {
        Recorded(RequestJudge judge) {
            super(judge);
        }

        @Override
        public void refused(GateRefusal why) {
            over = true;
        }

        /** All of it passes, whatever is recorded. */
        @Override
        public Passing passing(HttpRequest request) {
            return Passing.ALL;
        }
    }
}
