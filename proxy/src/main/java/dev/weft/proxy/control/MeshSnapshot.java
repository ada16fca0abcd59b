package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Tap;
import dev.weft.identity.trust.TrustBundles;
import java.util.Map;
import java.util.Optional;

/**
 * All that the control plane has told, at one moment.
 *
 * @param inbound what the workload accepts; empty until told, and when taken back
 * @param renewal which issuer the workload's certificate shall be of; empty while any will do
 * @param bundles whom to trust
 * @param destinations where addresses lead, by "ip:port"
 * @param meshNames which names can be names of the mesh; empty until told
 * @param names what names stand for, by "name/..."
 * @param tap which requests operators look on at; empty while nobody does
 * @param versions of each resource, by its name; empty where the control plane has said something since that is refused
 */
public record MeshSnapshot(
        Optional<Inbound> inbound,
        Optional<Renewal> renewal,
        TrustBundles bundles,
        Map<String, Destination> destinations,
        Optional<MeshNames> meshNames,
        Map<String, Name> names,
        Optional<Tap> tap,
        Map<String, String> versions) {
    /** Nothing told yet. */
    public static final MeshSnapshot EMPTY = new MeshSnapshot(
            Optional.empty(),
            Optional.empty(),
            TrustBundles.EMPTY,
            Map.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Map.of());

    /** Copies the maps. */
    public MeshSnapshot {
        destinations = Map.copyOf(destinations);
        names = Map.copyOf(names);
        versions = Map.copyOf(versions);
    }

    /**
     * The version to say in a new stream of what this name is held under; none of what the new stream is to tell again in any case:
     * what leads to plaintext, and which names there are.
     */
    String versionToSay(String name) {
        return name.equals(SnapshotBuilder.NAMES) || leadsToPlaintext(name)
                ? Opening.NO_VERSION
                : versions.getOrDefault(name, Opening.NO_VERSION);
    }

    /** Whether the resource of this name is a destination of which something is reached as it is. */
    boolean leadsToPlaintext(String name) {
        Destination destination =
                name.startsWith(SnapshotBuilder.DESTINATION) ? destinations.get(SnapshotBuilder.address(name)) : null;
        return destination != null
                && (destination.hasNotInMesh()
                        || destination.getEndpoints().getEndpointsList().stream()
                                .anyMatch(endpoint -> endpoint.getIdentity().isEmpty()));
    }
}
