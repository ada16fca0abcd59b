package dev.weft.proxy.http;

import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.Passage;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session whose requests are only recorded. All bytes pass at once and as they are; a gate reads along, and what it says
 * goes nowhere. It is let go as soon as it finds something that it would refuse: what is not HTTP passes all the same.
 */
public final class HttpTap implements Passage, GateOutput {
    private final Exits exits;
    private final Function<Protocol, RequestJudge> judges;
    private final Opening opening = new Opening();
    private @Nullable HttpGate gate;
    private boolean over;

    /** A tap that has seen nothing yet. */
    public HttpTap(Exits exits, Function<Protocol, RequestJudge> judges) {
        this.exits = exits;
        this.judges = judges;
    }

    @Override
    public void fromFar(ByteBuf data) {
        if (!over) {
            ByteBuf same = data.retainedDuplicate();
            if (gate != null) {
                gate.request(same);
            } else {
                choose(opening.caller(same));
            }
            dropUseless();
        }
        exits.toNear(data);
    }

    @Override
    public void fromNear(ByteBuf data) {
        if (!over) {
            ByteBuf same = data.retainedDuplicate();
            if (gate != null) {
                gate.response(same);
            } else {
                over = !opening.application(same);
            }
            dropUseless();
        }
        exits.toFar(data);
    }

    private void choose(@Nullable Protocol protocol) {
        if (protocol != null) {
            HttpGate made = protocol.gate(judges.apply(protocol), this);
            gate = made;
            ByteBuf application = opening.ofApplication();
            made.request(opening.ofCaller());
            if (application.isReadable()) {
                made.response(application);
            } else {
                application.release();
            }
        }
    }

    /** A gate that does not keep up would have to be given everything to keep. */
    private void dropUseless() {
        over |= gate != null && gate.full();
        if (over) {
            close();
        }
    }

    @Override
    public void farEnded() {
        if (gate != null && !over) {
            gate.requestEnded();
            dropUseless();
        }
        exits.finishNear();
    }

    @Override
    public void nearEnded() {
        if (gate != null && !over) {
            gate.responseEnded();
            dropUseless();
        }
        exits.finishFar();
    }

    /** What the gate keeps are parts of the buffers that pass, and are counted there. */
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
            closing.close();
        }
    }

    @Override
    public void toApplication(ByteBuf data) {
        data.release();
    }

    @Override
    public void toCaller(ByteBuf data) {
        data.release();
    }

    @Override
    public void finishApplication() {
        // the caller's own end passes
    }

    @Override
    public void finishCaller() {
        // the application's own end passes
    }

    @Override
    public void refuse(GateRefusal why) {
        over = true;
    }
}
