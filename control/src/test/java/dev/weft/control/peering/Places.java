package dev.weft.control.peering;

import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mesh of one Service, shop/api, and workloads behind it. */
final class Places {

    private Places() {}

    /** @param workloads addresses of api-1, api-2, ... */
    static Directory of(String domain, String service, String... workloads) {
        List<DirectoryWorkload> places = new java.util.ArrayList<>();
        for (String address : workloads) {
            places.add(workload(domain, "api-" + (places.size() + 1), address, true));
        }
        return Directory.of(places, List.of(service(service)));
    }

    static DirectoryWorkload workload(String domain, String name, String address, boolean ready) {
        return new DirectoryWorkload(
                "shop",
                name,
                Map.of("app", "api"),
                Optional.of(SpiffeId.ofServiceAccount(TrustDomain.parse(domain), "shop", "api")),
                List.of(InetAddress.ofLiteral(address)),
                ready,
                List.of(new DirectoryWorkload.Port("http", 8080, Protocol.PROTOCOL_HTTP1)));
    }

    static DirectoryWorkload unmeshed(String address) {
        return new DirectoryWorkload(
                "shop",
                "legacy",
                Map.of("app", "api"),
                Optional.empty(),
                List.of(InetAddress.ofLiteral(address)),
                true,
                List.of());
    }

    static DirectoryService service(String address) {
        return new DirectoryService(
                "shop",
                "api",
                Map.of("app", "api"),
                List.of(InetAddress.ofLiteral(address)),
                List.of(
                        new DirectoryService.Port(
                                80, new Service.TargetPort.Named("http"), Protocol.PROTOCOL_UNSPECIFIED),
                        new DirectoryService.Port(81, new Service.TargetPort.Numbered(9090), Protocol.PROTOCOL_TCP)));
    }
}
