package dev.weft.proxy.control;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Destination;
import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Name;
import dev.weft.api.v1.NotInMesh;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.api.v1.WatchResponse;
import dev.weft.identity.keys.Certificates;
import java.security.cert.X509Certificate;
import java.util.List;

/** Resources as a control plane sends them. */
final class Resources {
    private Resources() {}

    static Resource inbound(String version) {
        return Resource.newBuilder()
                .setName("inbound")
                .setVersion(version)
                .setInbound(Inbound.newBuilder().setWorkload("shop/web"))
                .build();
    }

    static Resource bundle(String version, X509Certificate anchor) {
        return bundle(
                version,
                TrustBundle.newBuilder()
                        .setTrustDomain("cluster.local")
                        .setState(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                        .addAnchors(ByteString.copyFrom(Certificates.encode(anchor)))
                        .build());
    }

    static Resource bundle(String version, TrustBundle bundle) {
        return Resource.newBuilder()
                .setName("bundle/cluster.local")
                .setVersion(version)
                .setTrustBundle(bundle)
                .build();
    }

    static Resource names(String version) {
        return Resource.newBuilder()
                .setName("names")
                .setVersion(version)
                .setMeshNames(MeshNames.newBuilder().addZones("cluster.local").addNamespaces("shop"))
                .build();
    }

    static Resource name(String resource, String version) {
        return Resource.newBuilder()
                .setName(resource)
                .setVersion(version)
                .setNamed(Name.newBuilder().setKnown(true))
                .build();
    }

    static Resource destination(String address, String version) {
        return Resource.newBuilder()
                .setName("destination/" + address)
                .setVersion(version)
                .setDestination(notInMesh())
                .build();
    }

    /** To endpoints of these workloads. */
    static Resource endpoints(String address, String version, String... workloads) {
        Endpoints.Builder endpoints = Endpoints.newBuilder();
        List.of(workloads).forEach(workload -> endpoints.addEndpoints(endpoint(workload)));
        return destination(address, version).toBuilder()
                .setDestination(Destination.newBuilder().setEndpoints(endpoints))
                .build();
    }

    /** One endpoint more, and one less. */
    static Resource changes(String address, String version, String since, String put, String removed, int count) {
        return destination(address, version).toBuilder()
                .setEndpointChanges(EndpointChanges.newBuilder()
                        .setSince(since)
                        .addPut(endpoint(put))
                        .addRemoved(removed)
                        .setCount(count))
                .build();
    }

    private static Endpoint endpoint(String workload) {
        return Endpoint.newBuilder()
                .setWorkload(workload)
                .setAddress("10.1.0.1:8080")
                .setIdentity("spiffe://cluster.local/ns/shop/sa/api")
                .setTunnelPort(15008)
                .build();
    }

    static Resource unusable(String address, String version) {
        return destination(address, version).toBuilder()
                .setDestination(Destination.newBuilder()
                        .setEndpoints(Endpoints.newBuilder()
                                .addEndpoints(Endpoint.newBuilder().setAddress(address))))
                .build();
    }

    static Destination notInMesh() {
        return Destination.newBuilder()
                .setNotInMesh(NotInMesh.getDefaultInstance())
                .build();
    }

    /** Of a kind that a newer control plane may have. */
    static Resource unknown(String name) {
        return Resource.newBuilder().setName(name).setVersion("1").build();
    }

    static WatchResponse response(long nonce, Resource... resources) {
        return WatchResponse.newBuilder()
                .setNonce(nonce)
                .addAllResources(List.of(resources))
                .build();
    }

    static WatchResponse removal(long nonce, String... names) {
        return WatchResponse.newBuilder()
                .setNonce(nonce)
                .addAllRemoved(List.of(names))
                .build();
    }
}
