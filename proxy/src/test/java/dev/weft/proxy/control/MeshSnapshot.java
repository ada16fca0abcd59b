package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.identity.trust.TrustBundles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All that is held at one moment, by its kind, to be compared. */
record MeshSnapshot(
        Optional<Inbound> inbound,
        Optional<Renewal> renewal,
        TrustBundles bundles,
        Map<String, Destination> destinations,
        Optional<MeshNames> meshNames,
        Map<String, Name> names,
        Map<String, String> versions) {
    static final MeshSnapshot EMPTY = of(new HeldResources(_ -> {}));

    static MeshSnapshot of(HeldResources held) {
        Map<String, Destination> destinations = new HashMap<>();
        Map<String, Name> names = new HashMap<>();
        Map<String, String> versions = new HashMap<>();
        held.byName().forEach((name, resource) -> {
            versions.put(name.wireName(), resource.getVersion());
            if (resource.hasDestination()) {
                destinations.put(name.wireName().substring("destination/".length()), resource.getDestination());
            } else if (resource.hasNamed()) {
                names.put(name.wireName(), resource.getNamed());
            }
        });
        return new MeshSnapshot(
                single(held, ResourceName.PerWorkload.INBOUND).map(Resource::getInbound),
                single(held, ResourceName.PerWorkload.RENEWAL).map(Resource::getRenewal),
                held.bundles(),
                destinations,
                single(held, ResourceName.PerWorkload.NAMES).map(Resource::getMeshNames),
                names,
                versions);
    }

    private static Optional<Resource> single(HeldResources held, ResourceName name) {
        return Optional.ofNullable(held.byName().get(name));
    }
}
