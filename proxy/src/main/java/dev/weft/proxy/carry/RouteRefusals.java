package dev.weft.proxy.carry;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.route.RouteCode;
import dev.weft.proxy.session.Refusal;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Creates the refusals for addresses that nothing can be carried to, from the state of the directory. */
public record RouteRefusals(Directory directory) {

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

    /** Returns the refusal when no endpoint is left to try. */
    public static Refusal noEndpoint(InetSocketAddress destination) {
        return Refusal.of(Refusal.Code.NO_ENDPOINT, "no endpoint of " + HostPort.text(destination) + " is ready");
    }

    /** Returns the refusal when the time that a route allows has passed. */
    public static Refusal late(String reason) {
        return new Refusal(RouteCode.TIMED_OUT.text(), RouteCode.TIMED_OUT.status(), reason);
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
