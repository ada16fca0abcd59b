package dev.weft.cli.command.trust;

import dev.weft.api.v1.PeerLink;
import java.time.Instant;

/**
 * The status of the control planes of another trust domain, as a document.
 *
 * @param state {@code connected}, {@code away} or {@code disabled}
 * @param address of the control plane that is connected or was asked last; empty if none was
 * @param refused how many of its workloads and Services are not accepted
 * @param problem what is wrong; empty if nothing is
 */
record PeerLinkDocument(
        String state, String address, Instant since, int workloads, int services, int refused, String problem) {

    static PeerLinkDocument of(PeerLink link) {
        return new PeerLinkDocument(
                link.getState(),
                link.getAddress(),
                Instant.ofEpochSecond(link.getSince()),
                link.getWorkloads(),
                link.getServices(),
                link.getRefused(),
                link.getProblem());
    }
}
