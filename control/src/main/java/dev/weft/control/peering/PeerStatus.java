package dev.weft.control.peering;

import dev.weft.api.v1.PeerLink;
import java.time.Instant;

/**
 * How it stands with another trust domain's control planes, as operators see it.
 *
 * @param state {@code connected}, {@code away} or {@code disabled}
 * @param address of the control plane that is connected or was asked last; empty if none was
 * @param since when the state began
 * @param workloads known
 * @param services known
 * @param refused how much of what it tells is not believed
 * @param problem what is wrong; empty if nothing is
 */
public record PeerStatus(
        String trustDomain,
        String state,
        String address,
        Instant since,
        int workloads,
        int services,
        int refused,
        String problem) {

    boolean isConnected() {
        return state.equals("connected");
    }

    /** As operators are told it. */
    PeerLink toProto() {
        return PeerLink.newBuilder()
                .setState(state)
                .setAddress(address)
                .setSince(since.getEpochSecond())
                .setWorkloads(workloads)
                .setServices(services)
                .setRefused(refused)
                .setProblem(problem)
                .build();
    }
}
