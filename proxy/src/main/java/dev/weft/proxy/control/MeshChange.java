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
 * What the control plane sends at once: resources that are new, different or removed. Its cost depends on the size of
 * the change, not of what is held.
 */
public final class MeshChange {
    private final Map<ResourceName, Resource> held;
    private final Map<ResourceName, Optional<Resource>> resources = new LinkedHashMap<>();
    private TrustBundles bundles;

    /** Starts a change to what is held, empty at first. */
    MeshChange(Map<ResourceName, Resource> held, TrustBundles bundles) {
        this.held = held;
        this.bundles = bundles;
    }

    /**
     * Returns all changed resources by name; empty for a removed one. A destination is complete, with all of its
     * endpoints; the content of a trust bundle is in {@link #bundles} only.
     */
    public Map<ResourceName, Optional<Resource>> resources() {
        return Collections.unmodifiableMap(resources);
    }

    /** Whether the resource of this name is new, different or removed. */
    public boolean concerns(ResourceName name) {
        return resources.containsKey(name);
    }

    /** Returns the resource of a name from now on; empty if it is removed, or not changed. */
    public Optional<Resource> now(ResourceName name) {
        return resources.getOrDefault(name, Optional.empty());
    }

    /** Returns the trust bundles of all trust domains from now on. */
    public TrustBundles bundles() {
        return bundles;
    }

    /** Adds a resource. Throws IllegalArgumentException, and changes nothing, if it cannot be understood. */
    void put(Resource resource) {
        ResourceName name = ResourceName.parse(resource.getName());
        Resource known = switch (resource.getBodyCase()) {
            case INBOUND -> expect(name, ResourceName.PerWorkload.INBOUND, resource);
            case RENEWAL -> expect(name, ResourceName.PerWorkload.RENEWAL, resource);
            case MESH_NAMES -> expect(name, ResourceName.PerWorkload.NAMES, resource);
            case TAP -> expect(name, ResourceName.PerWorkload.TAP, resource);
            case TRUST_BUNDLE -> {
                TrustBundle bundle = WireBundles.read(resource.getTrustBundle());
                expect(name, new ResourceName.Bundle(bundle.trustDomain()), resource);
                bundles = bundles.with(bundle);
                yield resource.toBuilder().clearTrustBundle().build();
            }
            case DESTINATION -> expectDestination(name, resource);
            case ENDPOINT_CHANGES -> changed(name, expectDestination(name, resource));
            case NAMED ->
                expect(
                        name instanceof ResourceName.HostName,
                        "a name",
                        ResourceName.HostName.PREFIX + "<name>",
                        resource);
            case BODY_NOT_SET ->
                throw new IllegalArgumentException("its kind is not known to this version; upgrade the proxy");
        };
        resources.put(name, Optional.of(known));
    }

    private Resource changed(ResourceName name, Resource resource) {
        Optional<Resource> former = resources.getOrDefault(name, Optional.ofNullable(held.get(name)));
        Destination destination = ChangedEndpoints.apply(
                former.map(Resource::getDestination).orElse(Destination.getDefaultInstance()),
                former.map(Resource::getVersion).orElse(FirstRequests.NO_VERSION),
                resource.getEndpointChanges());
        return resource.toBuilder().setDestination(destination).build();
    }

    void remove(ResourceName name) {
        resources.put(name, Optional.empty());
        if (name instanceof ResourceName.Bundle bundle) {
            bundles = bundles.without(bundle.trustDomain());
        }
    }

    private static Resource expectDestination(ResourceName name, Resource resource) {
        return expect(
                name instanceof ResourceName.Destination,
                "a destination",
                ResourceName.Destination.PREFIX + "<ip>:<port>",
                resource);
    }

    private static Resource expect(ResourceName name, ResourceName expected, Resource resource) {
        return expect(name.equals(expected), "another resource", expected.wireName(), resource);
    }

    private static Resource expect(boolean fits, String what, String expected, Resource resource) {
        if (!fits) {
            throw new IllegalArgumentException("has " + what + " (expected under the name: " + expected + ")");
        }
        return resource;
    }
}
