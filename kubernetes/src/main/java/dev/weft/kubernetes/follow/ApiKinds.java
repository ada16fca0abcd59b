package dev.weft.kubernetes.follow;

import dev.weft.mesh.kind.Kind;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of an API server, as the Kubernetes client wants them described. */
public final class ApiKinds {

    /** Versions of a kind that not every API server has, the newest first. */
    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha1");

    private ApiKinds() {}

    public static ResourceDefinitionContext of(Kind kind) {
        return of(kind.group(), kind.version(), kind.kindName(), kind.plural(), kind.namespaced());
    }

    /** Describes a kind; the group is empty for the core group. */
    public static ResourceDefinitionContext of(
            String group, String version, String kind, String plural, boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group.isEmpty() ? null : group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }

    /** Returns a kind of {@code certificates.k8s.io} in the newest version that the API server has; empty if none. */
    public static Optional<ResourceDefinitionContext> ofCertificates(
            KubernetesClient client, String kind, String plural, boolean namespaced) {
        String group = "certificates.k8s.io";
        return VERSIONS.stream()
                .filter(version -> {
                    @Nullable APIResourceList all = client.getApiResources(group + "/" + version);
                    return Stream.ofNullable(all)
                            .flatMap(list -> list.getResources().stream())
                            .anyMatch(each -> plural.equals(each.getName()));
                })
                .findFirst()
                .map(version -> of(group, version, kind, plural, namespaced));
    }

    /** Whether another writer created, changed or deleted the object before this write. */
    public static boolean isOvertaken(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }
}
