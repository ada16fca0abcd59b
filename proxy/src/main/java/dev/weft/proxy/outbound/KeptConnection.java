package dev.weft.proxy.outbound;

import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.egress.OutsideCall;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.Observation;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is carried as bytes although its destination declares HTTP/1.1, because there is one endpoint. Once
 * a new connection would be carried by requests, the endpoint's sidecar is asked to end this one in order. Otherwise it
 * would stay at that endpoint for as long as the application keeps it open. Belongs to the session's event loop.
 */
final class KeptConnection implements Directory.Watcher, Runnable {
    private final LoopContext lane;
    private final Session session;
    private final CarrierChoice choice;
    private final OutsideCall call;
    private @Nullable Http2Stream stream;
    private @Nullable Observation destination;

    KeptConnection(LoopContext lane, Session session, CarrierChoice choice, OutsideCall call) {
        this.lane = lane;
        this.session = session;
        this.choice = choice;
        this.call = call;
    }

    /** Called when the endpoint has accepted the session, which goes through this stream. */
    void accepted(Http2Stream through) {
        stream = through;
        destination = lane.directory().observe(session.destination(), this);
        look(); // the answer may have changed before it was observed
    }

    /** Called on any thread. */
    @Override
    public void changed() {
        session.loop().execute(this::look);
    }

    private void look() {
        if (isOutdated()) {
            lane.reconnects().add(this);
        }
    }

    /** Whether a new connection would be carried by requests. */
    private boolean isOutdated() {
        return destination != null
                && destination.route() instanceof Route.ToEndpoints to
                && choice.isByRequest(to)
                && !call.governs(to);
    }

    /** Its turn has come. */
    @Override
    public void run() {
        if (stream != null && isOutdated()) {
            stream.askToReconnect();
            lane.sidecar().metrics().event("reconnect-asked");
            close();
        }
    }

    void close() {
        lane.reconnects().remove(this);
        if (destination != null) {
            destination.close();
            destination = null;
        }
    }
}
