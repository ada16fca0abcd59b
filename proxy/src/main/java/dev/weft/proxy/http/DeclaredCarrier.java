package dev.weft.proxy.http;

import dev.weft.proxy.session.Exits;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session to a port that declares HTTP while no policy demands it. If the caller begins as HTTP, its requests
 * are read; otherwise all bytes pass unchanged, for as long as the session lives. Nobody is ever waited for: until it is
 * clear what the caller speaks, its octets pass to the application as they come.
 */
public final class DeclaredCarrier implements RequestCarrier {
    private final Session session;
    private final Exits exits;
    private final Function<Protocol, RequestJudge> judges;
    private final Duration firstHead;
    private final FirstLine line = new FirstLine();
    private final VersionDetector opening = new VersionDetector();
    /** Null until the caller has begun as HTTP, or policy demands it. */
    private @Nullable HttpCarrier http;

    private boolean bytes;
    /** Whether the first half of an empty line has passed, and the gate of the carrier will leave out the second. */
    private boolean halfLine;
    /** How many of the caller's octets have passed to the application. */
    private int passed;

    /**
     * Makes a carrier that has seen no bytes yet.
     *
     * @param judges makes the judge of the requests of a connection, for either protocol
     * @param firstHead how long the caller may take until its first request, or its HTTP/2 preface, is complete, if
     *     policy demands HTTP before the caller has begun
     */
    public DeclaredCarrier(Session session, Exits exits, Function<Protocol, RequestJudge> judges, Duration firstHead) {
        this.session = session;
        this.exits = exits;
        this.judges = judges;
        this.firstHead = firstHead;
    }

    @Override
    public void fromFar(ByteBuf data) {
        if (http != null) {
            passRestOfLine(data);
            http.fromFar(data);
        } else if (bytes) {
            exits.toNear(data);
        } else {
            first(data);
        }
    }

    private void first(ByteBuf data) {
        FirstLine.Kind kind = line.look(data);
        if (kind == null) {
            keepUnclear(data);
            return;
        }
        switch (kind) {
            case BYTES -> {
                becomeBytes();
                exits.toNear(data);
            }
            case HTTP1 -> begin(Protocol.HTTP1, data);
            case HTTP2 -> begin(Protocol.HTTP2, data);
        }
    }

    /** Nobody may be waited for, so the octets pass, and are only kept to be read with those that follow. */
    private void keepUnclear(ByteBuf data) {
        ByteBuf same = data.retainedDuplicate();
        passed += data.readableBytes();
        opening.keep(data);
        exits.toNear(same);
    }

    private void begin(Protocol protocol, ByteBuf data) {
        int missing = line.leading() - passed;
        if (passed > 0 && missing > 0) { // an empty line passed in part: the gate would leave out the rest of it
            exits.toNear(data.retainedSlice(data.readerIndex(), missing));
        }
        opening.last(data);
        HttpCarrier made = HttpCarrier.unforced(session, exits, judges, passedOfHead());
        http = made;
        made.begin(protocol, opening.ofCaller(), opening.ofApplication());
    }

    /** The gate leaves out an empty line before the first request, so what passed of that does not count. */
    private int passedOfHead() {
        return Math.max(0, passed - line.leading());
    }

    private void becomeBytes() {
        bytes = true;
        opening.ofCaller().release(); // it has passed
        ByteBuf application = opening.ofApplication();
        if (application.isReadable()) {
            exits.toFar(application);
        } else {
            application.release();
        }
    }

    @Override
    public void fromNear(ByteBuf data) {
        if (http != null) {
            http.fromNear(data);
        } else if (bytes) {
            exits.toFar(data);
        } else if (!opening.application(data)) {
            becomeBytes();
        }
    }

    @Override
    public void farEnded() {
        if (http != null) {
            http.farEnded();
            return;
        }
        becomeBytes();
        exits.finishNear();
    }

    @Override
    public void nearEnded() {
        if (http != null) {
            http.nearEnded();
            return;
        }
        becomeBytes();
        exits.finishFar();
    }

    /** If policy demands HTTP before the caller has begun, the rest of the connection must be HTTP. */
    @Override
    public boolean judgeAgain(boolean perRequest) {
        if (http != null) {
            return http.judgeAgain(perRequest);
        }
        if (bytes) {
            return false;
        }
        if (perRequest) {
            HttpCarrier made = new HttpCarrier(session, exits, judges, firstHead, passedOfHead());
            http = made;
            halfLine = isHalfLine();
            if (opening.held() > 0) {
                exits.act(() -> handOver(made));
            }
        }
        return true;
    }

    private boolean isHalfLine() {
        ByteBuf kept = opening.look();
        return kept.readableBytes() == 1 && kept.getByte(kept.readerIndex()) == '\r';
    }

    /** The application has got a carriage return, so it must get the line feed that belongs to it. */
    private void passRestOfLine(ByteBuf data) {
        if (halfLine && data.isReadable()) {
            halfLine = false;
            if (data.getByte(data.readerIndex()) == '\n') {
                exits.toNear(data.retainedSlice(data.readerIndex(), 1));
            }
        }
    }

    private void handOver(HttpCarrier made) {
        ByteBuf caller = opening.ofCaller();
        ByteBuf application = opening.ofApplication();
        made.fromFar(caller);
        made.fromNear(application);
    }

    @Override
    public void drain() {
        if (http == null && !bytes && passed == 0 && session.wasAdmitted()) {
            opening.close();
            http = HttpCarrier.unforced(session, exits, judges, 0);
        }
        if (http != null) {
            http.drain();
        }
    }

    @Override
    public int held() {
        return http == null ? opening.held() : http.held();
    }

    @Override
    public boolean full() {
        return http != null && http.full();
    }

    @Override
    public void nearTakes() {
        if (http != null) {
            http.nearTakes();
        }
    }

    @Override
    public void close() {
        opening.close();
        if (http != null) {
            http.close();
        }
    }
}
