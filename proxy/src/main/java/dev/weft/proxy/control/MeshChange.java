package dev.weft.proxy.control;

import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Resource;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the control plane tells at once: resources that are new or different, and those that are gone. Costs what it changes,
 * not what is held.
 */
public final class MeshChange {
    private final Map<ResourceName, Resource> held;
    private final Map<ResourceName, Optional<Resource>> resources = new LinkedHashMap<>();
    private TrustBundles bundles;

    /** No change yet of what is held. */
    MeshChange(Map<ResourceName, Resource> held, TrustBundles bundles) {
        this.held = held;
        this.bundles = bundles;
    }

    /** All that changes, by its name; empty for what is gone. A destination is whole; a trust bundle is in {@link #bundles}. */
    public Map<ResourceName, Optional<Resource>> resources() {
        return Collections.unmodifiableMap(resources);
    }

    /** Whether this is new, different or gone. */
    public boolean concerns(ResourceName name) {
        return resources.containsKey(name);
    }

    /** What there is under a name from now on; empty if it is gone, or not changed. */
    public Optional<Resource> now(ResourceName name) {
        return resources.getOrDefault(name, Optional.empty());
    }

    /** Whom to trust from now on, in all trust domains. */
    public TrustBundles bundles() {
        return bundles;
    }

    /** Takes a resource in; one that cannot be understood throws IllegalArgumentException and changes nothing. */
    void put(Resource resource) {
        ResourceName name = ResourceName.of(resource.getName());
        Resource known = switch (resource.getBodyCase()) {
            case INBOUND -> expect(name, ResourceName.Single.INBOUND, resource);
            case RENEWAL -> expect(name, ResourceName.Single.RENEWAL, resource);
            case MESH_NAMES -> expect(name, ResourceName.Single.NAMES, resource);
            case TAP -> expect(name, ResourceName.Single.TAP, resource);
            case TRUST_BUNDLE -> {
                TrustBundle bundle = WireBundles.read(resource.getTrustBundle());
                expect(name, new ResourceName.Bundle(bundle.trustDomain()), resource);
                bundles = bundles.with(bundle);
                yield resource.toBuilder().clearTrustBundle().build();
            }
            case DESTINATION -> expectDestination(name, resource);
            case ENDPOINT_CHANGES -> changed(name, expectDestination(name, resource));
            case NAMED -> {
                if (!(name instanceof ResourceName.Name)) {
                    throw new IllegalArgumentException(
                            "holds a name (expected under the name: " + ResourceName.Name.PREFIX + "<name>)");
                }
                yield resource;
            }
            case BODY_NOT_SET ->
                throw new IllegalArgumentException("its kind is not known to this version; upgrade the proxy");
        };
        resources.put(name, Optional.of(known));
    }

    private Resource changed(ResourceName name, Resource resource) {
        Optional<Resource> former = resources.getOrDefault(name, Optional.ofNullable(held.get(name)));
        Destination destination = ChangedEndpoints.apply(
                former.map(Resource::getDestination).orElse(Destination.getDefaultInstance()),
                former.map(Resource::getVersion).orElse(Opening.NO_VERSION),
                resource.getEndpointChanges());
        return resource.toBuilder().setDestination(destination).build();
    }

    /** Takes a resource out. */
    void remove(ResourceName name) {
        resources.put(name, Optional.empty());
        if (name instanceof ResourceName.Bundle bundle) {
            bundles = bundles.without(bundle.trustDomain());
        }
    }

    private static Resource expectDestination(ResourceName name, Resource resource) {
        if (!(name instanceof ResourceName.Destination)) {
            throw new IllegalArgumentException("holds a destination (expected under the name: "
                    + ResourceName.Destination.PREFIX + "<ip>:<port>)");
        }
        return resource;
    }

    private static Resource expect(ResourceName name, ResourceName expected, Resource resource) {
        if (!name.equals(expected)) {
            throw new IllegalArgumentException(
                    "holds another resource (expected under the name: " + expected.text() + ")");
        }
        return resource;
    }
}
