package dev.weft.control.peering;

import dev.weft.control.directory.RemoteDomain;
import dev.weft.control.directory.RemoteDomain.Knowledge;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.TrustDomainObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Shows another trust domain to the mesh and to operators, from its object in the registry and what its client knows.
 */
final class PeerView {

    private PeerView() {}

    /**
     * Returns the trust domain as the mesh's directory sees it.
     *
     * @param client empty while the trust domain is disabled
     */
    static RemoteDomain remote(TrustDomainObject object, Discovery how, Optional<PeerClient> client) {
        return new RemoteDomain(object.trustDomain(), how.ranges(), knowledge(object, client));
    }

    private static Knowledge knowledge(TrustDomainObject object, Optional<PeerClient> client) {
        return switch (object.state()) {
            case DISABLED ->
                new Knowledge.Closed(Peering.DISABLED + ": trust domain " + object.trustDomain() + " is disabled"
                        + object.reason().map(reason -> ": " + reason).orElse(""));
            case ACTIVE ->
                client.map(PeerClient::knowledge)
                        .flatMap(PeerKnowledge::directory)
                        .<Knowledge>map(Knowledge.Known::new)
                        .orElseGet(() -> new Knowledge.Closed(notReached(object, client)));
        };
    }

    private static String notReached(TrustDomainObject object, Optional<PeerClient> client) {
        return Peering.NOT_REACHED + ": no control plane of trust domain " + object.trustDomain()
                + " has been reached yet"
                + client.map(PeerClient::problem)
                        .filter(problem -> !problem.isEmpty())
                        .map(problem -> ": " + problem)
                        .orElse("");
    }

    /**
     * Returns the status of the trust domain's control planes.
     *
     * @param client empty while the trust domain is disabled
     */
    static PeerStatus status(TrustDomainObject object, Optional<PeerClient> client, Instant now) {
        return client.map(PeerClient::status)
                .orElseGet(() -> new PeerStatus(
                        object.trustDomain().name(),
                        "disabled",
                        "",
                        now,
                        0,
                        0,
                        0,
                        object.reason().orElse("")));
    }
}
