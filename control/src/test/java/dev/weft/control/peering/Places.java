package dev.weft.control.peering;

import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.ServicePlace;
import dev.weft.control.directory.WorkloadPlace;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mesh of one Service, shop/api, and workloads behind it. */
final class Places {

    private Places() {}

    /** @param workloads addresses of api-1, api-2, ... */
    static Directory of(String domain, String service, String... workloads) {
        List<WorkloadPlace> places = new java.util.ArrayList<>();
        for (String address : workloads) {
            places.add(workload(domain, "api-" + (places.size() + 1), address, true));
        }
        return Directory.of(places, List.of(service(service)));
    }

    static WorkloadPlace workload(String domain, String name, String address, boolean ready) {
        return new WorkloadPlace(
                "shop",
                name,
                Map.of("app", "api"),
                Optional.of(SpiffeId.ofServiceAccount(TrustDomain.parse(domain), "shop", "api")),
                List.of(InetAddress.ofLiteral(address)),
                ready,
                List.of(new WorkloadPlace.Port("http", 8080, Protocol.PROTOCOL_HTTP1)));
    }

    static WorkloadPlace unmeshed(String address) {
        return new WorkloadPlace(
                "shop",
                "legacy",
                Map.of("app", "api"),
                Optional.empty(),
                List.of(InetAddress.ofLiteral(address)),
                true,
                List.of());
    }

    static ServicePlace service(String address) {
        return new ServicePlace(
                "shop",
                "api",
                Map.of("app", "api"),
                List.of(InetAddress.ofLiteral(address)),
                List.of(
                        new ServicePlace.Port(80, new ServicePlace.Target.Name("http"), Protocol.PROTOCOL_UNSPECIFIED),
                        new ServicePlace.Port(81, new ServicePlace.Target.Fixed(9090), Protocol.PROTOCOL_TCP)));
    }
}
