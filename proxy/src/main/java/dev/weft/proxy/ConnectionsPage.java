package dev.weft.proxy;

import dev.weft.daemon.json.JsonWriter;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import java.util.Collection;

/** The admin page of open sessions, as JSON. It may be made on any thread; its figures may be a moment old. */
final class ConnectionsPage {
    /**
     * Most sessions listed; the page gives only the number of the others. A page of all possible sessions would not fit
     * the heap.
     */
    static final int MAX_LISTED = 5_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private ConnectionsPage() {}

    static String of(Collection<Session> sessions) {
        JsonWriter json = new JsonWriter().object().name("connections").array();
        sessions.stream().limit(MAX_LISTED).forEach(session -> add(json, session));
        return json.endArray()
                .field("leftOut", Math.max(0, sessions.size() - MAX_LISTED))
                .endObject()
                .toString();
    }

    private static void add(JsonWriter json, Session session) {
        InetSocketAddress endpoint = session.endpoint();
        InetSocketAddress called = endpoint == null ? session.destination() : endpoint;
        json.object()
                .field("id", session.id())
                .field("direction", session.direction().text())
                .field(
                        "peer",
                        HostPort.text(session.direction() == Session.Direction.INBOUND ? session.source() : called))
                .field("destination", HostPort.text(session.destination()))
                .field("localIdentity", StatusPages.text(session.localIdentity()))
                .field("peerIdentity", StatusPages.text(session.peerIdentity()))
                .field("secure", session.secure())
                .field("policy", session.policy())
                .field("bytesIn", session.bytesIn())
                .field("bytesOut", session.bytesOut())
                .field("openedAt", session.openedAt().toString())
                .field("ageSeconds", session.ageNanos() / NANOS_PER_SECOND)
                .field("tunnel", session.tunnel())
                .endObject();
    }
}
