package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds Services without a selector whose EndpointSlices name pods of the mesh. Sidecars know such a Service's address
 * as one outside of the mesh, so kube-proxy sends the call on to the pod in plaintext.
 */
final class ServiceChecks {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    /** Who makes the slices of Services with a selector. */
    private static final String OF_SELECTORS = "endpointslice-controller.k8s.io";

    private ServiceChecks() {}

    static Verdict withoutSelector(CachedKubectl cluster, ListedPods listed) throws IOException {
        CachedKubectl.Answer slices = cluster.list("endpointslices.discovery.k8s.io");
        CachedKubectl.Answer services = cluster.list("services");
        if (slices.json().isEmpty() || services.json().isEmpty()) {
            return Verdict.unknown("Services cannot be listed: " + slices.complaint() + services.complaint());
        }
        Set<String> ofMesh = listed.meshed().flatMap(ServiceChecks::addresses).collect(Collectors.toSet());
        Set<String> leading = ListedObject.of(slices.json().get())
                .filter(slice -> !OF_SELECTORS.equals(slice.labels().get(MANAGED_BY)))
                .filter(slice -> endpoints(slice).anyMatch(ofMesh::contains))
                .map(slice -> slice.namespace() + "/" + slice.labels().get(SERVICE_NAME))
                .collect(Collectors.toSet());
        List<String> found = ListedObject.of(services.json().get())
                .filter(service -> leading.contains(service.shown()))
                .filter(ServiceChecks::hasAddressWithoutSelector)
                .map(ListedObject::shown)
                .sorted()
                .toList();
        return found.isEmpty()
                ? Verdict.ok("no Service without a selector leads to pods of the mesh")
                : Verdict.warning(
                        "Services without a selector lead to pods of the mesh: calls to their cluster addresses are in"
                                + " plaintext, and strict pods refuse them",
                        "give them a selector, or make them headless (clusterIP: None)",
                        found);
    }

    private static boolean hasAddressWithoutSelector(ListedObject service) {
        JsonNode spec = service.spec();
        String address = spec.path("clusterIP").asString("");
        return spec.path("selector").isEmpty() && !address.isEmpty() && !address.equals("None");
    }

    private static Stream<String> addresses(ListedObject pod) {
        return pod.json()
                .path("status")
                .path("podIPs")
                .valueStream()
                .map(each -> each.path("ip").asString(""));
    }

    private static Stream<String> endpoints(ListedObject slice) {
        return slice.json()
                .path("endpoints")
                .valueStream()
                .flatMap(endpoint -> endpoint.path("addresses").valueStream())
                .map(address -> address.asString(""));
    }
}
