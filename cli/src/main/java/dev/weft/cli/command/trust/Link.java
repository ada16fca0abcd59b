package dev.weft.cli.command.trust;

import dev.weft.api.v1.PeerLink;
import java.time.Instant;

/**
 * How it stands with the control planes of another trust domain, as a document.
 *
 * @param state {@code connected}, {@code away} or {@code disabled}
 * @param address of the control plane that is connected or was asked last; empty if none was
 * @param since when the state began
 * @param workloads that are known of it
 * @param services that are known of it
 * @param refused how many of those that it tells of are not believed
 * @param problem what is wrong; empty if nothing is
 */
record Link(String state, String address, Instant since, int workloads, int services, int refused, String problem) {

    static Link of(PeerLink link) {
        return new Link(
                link.getState(),
                link.getAddress(),
                Instant.ofEpochSecond(link.getSince()),
                link.getWorkloads(),
                link.getServices(),
                link.getRefused(),
                link.getProblem());
    }
}
