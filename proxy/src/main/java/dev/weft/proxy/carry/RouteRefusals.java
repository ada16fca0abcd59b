package dev.weft.proxy.carry;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Creates the refusals for addresses that nothing can be carried to, or not any more. */
public record RouteRefusals(Directory directory) {
    private static final int UNAVAILABLE = 503;

    /** Returns the refusal when the directory had no answer in time. */
    public Refusal noAnswer(InetSocketAddress destination) {
        String text = HostPort.text(destination);
        return switch (directory.standing(destination)) {
            case TOO_OLD -> tooOld(text);
            case OUTSIDE, IN_MESH, UNKNOWN -> {
                String away = directory.awayBecause();
                yield Refusal.of(
                        Refusal.Code.NO_ANSWER,
                        "the control plane has not said where " + text + " leads: "
                                + (away.isEmpty() ? "is it reachable?" : "not connected to it (" + away + ").")
                                + " See /status");
            }
        };
    }

    /** Returns the refusal of an address that leads nowhere: with 503 for a backend, as the caller is not to blame. */
    public static Refusal nowhere(String reason, boolean ofBackend) {
        Refusal refusal = Refusal.of(Refusal.Code.UNREACHABLE, reason);
        return ofBackend ? new Refusal(refusal.code(), UNAVAILABLE, reason) : refusal;
    }

    /** Returns the refusal with which the peer's sidecar answered a CONNECT. */
    public static Refusal bySidecar(String status, Http2Headers headers) {
        CharSequence code = headers.get("weft-code");
        CharSequence reason = headers.get("weft-reason");
        return new Refusal(
                code == null ? "status-" + status : code.toString(),
                status.matches("[0-9]{3}") ? Integer.parseInt(status) : UNAVAILABLE,
                reason == null ? "the peer's sidecar answered " + status : reason.toString());
    }

    /** Returns the refusal of a session whose stream was reset in a tunnel that stands. */
    public static Refusal reset(ClientTunnel tunnel, ErrorCode code) {
        Refusal.Code kind = code == ErrorCode.CONNECT_ERROR ? Refusal.Code.TUNNEL_LOST : Refusal.Code.BROKEN;
        return Refusal.of(kind, "the session to " + tunnel.peerIdentity() + " ended: " + code);
    }

    /** Returns the refusal when no endpoint is left to try. */
    public static Refusal noEndpoint(InetSocketAddress destination) {
        return Refusal.of(Refusal.Code.NO_ENDPOINT, "no endpoint of " + HostPort.text(destination) + " is ready");
    }

    /** Returns the refusal when the directory cannot watch another address. */
    public static Refusal tooManyWatched() {
        return Refusal.of(
                Refusal.Code.LIMIT, "connections in plaintext stand to all the addresses that the sidecar can know");
    }

    /** Returns why plaintext to this address is not allowed; null if it is. */
    public @Nullable Refusal plaintext(InetSocketAddress address) {
        return switch (directory.standing(address)) {
            case OUTSIDE, UNKNOWN -> null;
            case IN_MESH ->
                Refusal.of(
                        Refusal.Code.MESHED_MEANWHILE,
                        HostPort.text(address) + " is part of the mesh now: connect again, through a tunnel");
            case TOO_OLD -> tooOld(HostPort.text(address));
        };
    }

    private static Refusal tooOld(String address) {
        return Refusal.of(
                Refusal.Code.PLAINTEXT_UNCONFIRMED,
                "the control plane is away, and too long ago it said that " + address
                        + " is outside of the mesh: no plaintext until it says so again. See /status and"
                        + " --unmeshed-grace");
    }
}
