package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session whose requests are judged one by one. The caller's first octets choose HTTP/2 or, otherwise,
 * HTTP/1.1; the HTTP/1.1 reader refuses bytes that are neither. Until the choice nothing passes, in either direction.
 */
public final class HttpCarrier implements RequestCarrier, GateOutput {
    private final Session session;
    private final Exits exits;
    private final Function<Protocol, RequestJudge> judges;
    private final VersionDetector opening = new VersionDetector();
    private @Nullable HttpGate gate;
    private @Nullable Future<?> silence;
    /** Whether the caller was refused anything but HTTP from the beginning. */
    private final boolean mustBeHttp;
    /** How many of the next octets for the application have passed already. */
    private int passed;

    private boolean refused;

    /**
     * Makes a carrier that has seen no bytes yet.
     *
     * @param judges makes the judge of the requests of a connection, for either protocol
     * @param firstHead how long the caller may take until its first request, or its HTTP/2 preface, is complete
     */
    public HttpCarrier(Session session, Exits exits, Function<Protocol, RequestJudge> judges, Duration firstHead) {
        this(session, exits, judges, firstHead, 0);
    }

    /**
     * Makes a carrier of a connection on which HTTP need not be spoken, but is. It has no time limit, and what policy
     * could not judge passes as long as no policy is about requests.
     *
     * @param passed how many of the octets that come next from the caller have passed to the application already
     */
    static HttpCarrier unforced(Session session, Exits exits, Function<Protocol, RequestJudge> judges, int passed) {
        return new HttpCarrier(session, exits, judges, null, passed);
    }

    /**
     * Makes a carrier of a connection that may have begun before.
     *
     * @param firstHead null if HTTP need not be spoken
     * @param passed how many of the octets that come next from the caller have passed to the application already
     */
    HttpCarrier(
            Session session,
            Exits exits,
            Function<Protocol, RequestJudge> judges,
            @Nullable Duration firstHead,
            int passed) {
        this.session = session;
        this.exits = exits;
        this.judges = judges;
        this.mustBeHttp = firstHead != null;
        this.passed = passed;
        if (firstHead != null) {
            long millis = firstHead.toMillis();
            this.silence = session.loop().schedule(() -> silent(millis), millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public boolean judgeAgain(boolean perRequest) {
        HttpGate chosen = gate;
        if (chosen != null && !refused) {
            exits.act(chosen::judgeAgain);
        }
        return true;
    }

    /**
     * {@inheritDoc} A caller that has sent nothing has none open; of one that has sent a part of a first request, that
     * request is the last.
     */
    @Override
    public void drain() {
        if (refused || !session.wasAdmitted()) {
            return; // without the application's connection, nothing can end in order; see chosen
        }
        HttpGate chosen = gate;
        if (chosen != null) {
            exits.act(chosen::drain);
        } else if (opening.nothingOfCaller()) {
            spoken();
            opening.close();
            exits.act(() -> {
                HttpGate _ = chosen(Protocol.HTTP1);
            });
        }
    }

    private void silent(long millis) {
        session.close(Refusal.of(
                Refusal.Code.NO_REQUEST,
                "no request came within " + millis + " ms on a port whose policies judge requests"));
    }

    private void spoken() {
        if (silence != null) {
            silence.cancel(false);
            silence = null;
        }
    }

    /** Begins with a protocol that was found out elsewhere, and with the first data of both sides; ownership passes. */
    void begin(Protocol protocol, ByteBuf caller, ByteBuf application) {
        opening.last(caller);
        if (application.isReadable()) {
            boolean _ = opening.application(application);
        } else {
            application.release();
        }
        HttpGate _ = chosen(protocol);
    }

    private HttpGate chosen(Protocol protocol) {
        if (protocol == Protocol.HTTP2) {
            spoken(); // a client may open a connection for later calls
        }
        HttpGate made = protocol.gate(new FirstHead(judges.apply(protocol)), this);
        gate = made;
        opening.passTo(made, () -> refused);
        if (session.draining() && !refused) {
            made.drain();
        }
        return made;
    }

    @Override
    public void fromFar(ByteBuf data) {
        if (gate != null) {
            gate.request(data);
            return;
        }
        Protocol protocol = opening.caller(data);
        if (protocol != null) {
            HttpGate _ = chosen(protocol);
        }
    }

    @Override
    public void fromNear(ByteBuf data) {
        if (gate != null) {
            gate.response(data);
        } else if (!opening.application(data)) {
            refuse(GateRefusal.of(
                    GateRefusal.Code.UNASKED, "the application spoke first, which no application of HTTP does"));
        }
    }

    /** A connection that has not begun as HTTP/2 by now is HTTP/1.1, if it is HTTP at all. */
    @Override
    public void farEnded() {
        HttpGate ended = gate == null ? chosen(Protocol.HTTP1) : gate;
        if (!refused) {
            ended.requestEnded();
        }
    }

    @Override
    public void nearEnded() {
        HttpGate ended = gate == null ? chosen(Protocol.HTTP1) : gate;
        if (!refused) {
            ended.responseEnded();
        }
    }

    @Override
    public int held() {
        return gate == null ? opening.held() : gate.held();
    }

    @Override
    public boolean full() {
        return gate != null && gate.full();
    }

    @Override
    public void close() {
        spoken();
        opening.close();
        if (gate != null) {
            gate.close();
        }
    }

    @Override
    public void toApplication(ByteBuf data) {
        int left = Math.min(passed, data.readableBytes());
        passed -= left;
        data.skipBytes(left);
        if (left > 0 && !data.isReadable()) {
            data.release();
        } else {
            exits.toNear(data);
        }
    }

    @Override
    public void toCaller(ByteBuf data) {
        exits.toFar(data);
    }

    @Override
    public boolean leaves() {
        return exits.leaves();
    }

    @Override
    public void finishApplication() {
        exits.finishNear();
    }

    @Override
    public void finishCaller() {
        exits.finishFar();
    }

    @Override
    public void refuse(GateRefusal why) {
        spoken();
        refused = true;
        exits.refuse(why.toRefusal());
    }

    @Override
    public boolean applicationTakes() {
        return exits.nearTakes();
    }

    @Override
    public void nearTakes() {
        if (gate != null && !refused) {
            gate.applicationTakes();
        }
    }

    @Override
    public void resumeCaller() {
        exits.resumeFar();
    }

    /** Cancels the timeout of the first request when a request is judged or refused. */
    private final class FirstHead extends JudgeFilter {
        FirstHead(RequestJudge judge) {
            super(judge);
        }

        @Override
        public Decision judge(HttpRequest request) {
            if (silence != null) {
                spoken();
            }
            return super.judge(request);
        }

        @Override
        public boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
            return super.waits(request, refused, decision -> exits.act(() -> then.accept(decision)));
        }

        @Override
        public boolean strict() {
            return mustBeHttp || super.strict();
        }

        @Override
        public boolean lenient() {
            return !strict();
        }

        @Override
        public boolean partlyPassed() {
            return passed > 0;
        }

        @Override
        public void refused(GateRefusal why) {
            spoken();
            super.refused(why);
        }
    }
}
