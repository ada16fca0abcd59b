package dev.weft.control.peering;

import dev.weft.api.v1.PeerLink;
import java.time.Instant;

/**
 * The status of another trust domain's control planes, for operators.
 *
 * @param state {@code connected}, {@code away} or {@code disabled}
 * @param address of the control plane that is connected or was asked last; empty if none was
 * @param since when the state began
 * @param workloads number of known workloads
 * @param services number of known Services
 * @param refused number of its workloads and Services that are not accepted
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
