package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.Tap;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A snapshot in the making, from a former one and resources in their wire form. */
final class SnapshotBuilder {
    static final String INBOUND = "inbound";
    static final String RENEWAL = "renewal";
    static final String BUNDLE = "bundle/";
    static final String DESTINATION = "destination/";
    static final String NAMES = "names";
    static final String NAME = "name/";
    static final String TAP = "tap";

    private final Map<String, Destination> destinations;
    private final Map<String, Name> names;
    private final Map<String, String> versions;
    private Optional<Inbound> inbound;
    private Optional<Renewal> renewal;
    private Optional<MeshNames> meshNames;
    private Optional<Tap> tap;
    private TrustBundles bundles;

    SnapshotBuilder(MeshSnapshot former) {
        this.inbound = former.inbound();
        this.renewal = former.renewal();
        this.tap = former.tap();
        this.bundles = former.bundles();
        this.destinations = new HashMap<>(former.destinations());
        this.meshNames = former.meshNames();
        this.names = new HashMap<>(former.names());
        this.versions = new HashMap<>(former.versions());
    }

    /** Takes a resource in; one that cannot be understood throws IllegalArgumentException and changes nothing. */
    void put(Resource resource) {
        String name = resource.getName();
        switch (resource.getBodyCase()) {
            case INBOUND -> {
                expect(name, INBOUND);
                inbound = Optional.of(resource.getInbound());
            }
            case TRUST_BUNDLE -> {
                TrustBundle bundle = WireBundles.read(resource.getTrustBundle());
                expect(name, BUNDLE + bundle.trustDomain());
                bundles = bundles.with(bundle);
            }
            case DESTINATION -> destinations.put(address(expectDestination(name)), resource.getDestination());
            case ENDPOINT_CHANGES -> change(expectDestination(name), resource.getEndpointChanges());
            case RENEWAL -> {
                expect(name, RENEWAL);
                renewal = Optional.of(resource.getRenewal());
            }
            case MESH_NAMES -> {
                expect(name, NAMES);
                meshNames = Optional.of(resource.getMeshNames());
            }
            case TAP -> {
                expect(name, TAP);
                tap = Optional.of(resource.getTap());
            }
            case NAMED -> {
                if (!name.startsWith(NAME)) {
                    throw new IllegalArgumentException("holds a name (expected under the name: " + NAME + "<name>)");
                }
                names.put(name, resource.getNamed());
            }
            case BODY_NOT_SET ->
                throw new IllegalArgumentException("its kind is not known to this version; upgrade the proxy");
        }
        versions.put(name, resource.getVersion());
    }

    private void change(String name, EndpointChanges changes) {
        String address = address(name);
        destinations.put(
                address,
                ChangedEndpoints.apply(
                        destinations.getOrDefault(address, Destination.getDefaultInstance()),
                        versions.getOrDefault(name, Opening.NO_VERSION),
                        changes));
    }

    /** Takes a resource out; nothing if it is not there. */
    void remove(String name) {
        if (versions.remove(name) == null) {
            return;
        }
        if (name.equals(INBOUND)) {
            inbound = Optional.empty();
        } else if (name.equals(RENEWAL)) {
            renewal = Optional.empty();
        } else if (name.startsWith(BUNDLE)) {
            bundles = bundles.without(TrustDomain.parse(name.substring(BUNDLE.length())));
        } else if (name.equals(NAMES)) {
            meshNames = Optional.empty();
        } else if (name.equals(TAP)) {
            tap = Optional.empty();
        } else if (name.startsWith(NAME)) {
            names.remove(name);
        } else {
            destinations.remove(address(name));
        }
    }

    /**
     * What the control plane says now under this name is refused. A destination is not known any more, nor is a name; of what
     * else there was the content stays, the version does not.
     */
    void refused(String name) {
        if (name.startsWith(DESTINATION) || name.startsWith(NAME)) {
            remove(name);
        } else if (versions.containsKey(name)) {
            versions.put(name, Opening.NO_VERSION);
        }
    }

    MeshSnapshot build() {
        return new MeshSnapshot(inbound, renewal, bundles, destinations, meshNames, names, tap, versions);
    }

    /** "ip:port" of the name of a destination. */
    static String address(String name) {
        return name.substring(DESTINATION.length());
    }

    private static String expectDestination(String name) {
        if (!name.startsWith(DESTINATION)) {
            throw new IllegalArgumentException(
                    "holds a destination (expected under the name: " + DESTINATION + "<ip>:<port>)");
        }
        return name;
    }

    /** Whether the resource says where an address leads. */
    static boolean isOfDestination(Resource resource) {
        return resource.hasDestination() || resource.hasEndpointChanges();
    }

    private static void expect(String name, String expected) {
        if (!name.equals(expected)) {
            throw new IllegalArgumentException("holds another resource (expected under the name: " + expected + ")");
        }
    }
}
