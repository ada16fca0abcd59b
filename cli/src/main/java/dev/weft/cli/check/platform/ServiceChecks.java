package dev.weft.cli.check.platform;

import dev.weft.cli.check.Verdict;
import dev.weft.kubernetes.registry.KubeProxyFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds Services for which sidecars do not do what kube-proxy does, or that they do not know. */
final class ServiceChecks {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    /** Who makes the slices of Services with a selector. */
    private static final String OF_SELECTORS = "endpointslice-controller.k8s.io";

    private ServiceChecks() {}

    /**
     * Finds Services without a selector whose EndpointSlices name pods of the mesh. Sidecars know such a Service's
     * address as one outside of the mesh, so kube-proxy sends the call on to the pod in plaintext.
     */
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
        return Verdict.warningOf(
                found,
                "no Service without a selector leads to pods of the mesh",
                "Services without a selector lead to pods of the mesh: calls to their cluster addresses are in"
                        + " plaintext, and strict pods refuse them",
                "give them a selector, or make them headless (clusterIP: None)");
    }

    private static boolean hasAddressWithoutSelector(ListedObject service) {
        return service.spec().path("selector").isEmpty() && hasAddress(service);
    }

    private static boolean hasAddress(ListedObject service) {
        String address = service.spec().path("clusterIP").asString("");
        return !address.isEmpty() && !address.equals("None");
    }

    /**
     * Finds Services in the mesh that ask for something that kube-proxy does and sidecars do not. Those of a namespace
     * with a meshed pod are in the mesh.
     */
    static Verdict features(CachedKubectl cluster, ListedPods listed) throws IOException {
        CachedKubectl.Answer services = cluster.list("services");
        if (services.json().isEmpty()) {
            return Verdict.unknown("Services cannot be listed: " + services.complaint());
        }
        Set<String> meshed = listed.meshed().map(ListedObject::namespace).collect(Collectors.toSet());
        List<String> found = ListedObject.of(services.json().get())
                .filter(service -> hasAddress(service)
                        && !service.spec().path("selector").isEmpty()
                        && meshed.contains(service.namespace()))
                .flatMap(service -> Arrays.stream(KubeProxyFeature.values())
                        .filter(feature -> feature.asked(said(service, feature)))
                        .map(feature -> service.shown() + ": " + feature))
                .sorted()
                .toList();
        return found.isEmpty()
                ? Verdict.ok("no Service of the mesh asks for what only kube-proxy does")
                : Verdict.warning(
                        "Services of the mesh ask for what sidecars do not do: they choose among all ready pods of the"
                                + " Service",
                        "remove the field if nothing depends on it; else move the Service and its pods to a namespace"
                                + " outside of the mesh",
                        found);
    }

    private static String said(ListedObject service, KubeProxyFeature feature) {
        return feature == KubeProxyFeature.TOPOLOGY_MODE
                ? service.annotations().getOrDefault(feature.key(), "")
                : service.spec().path(feature.key()).asString("");
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
