package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores for an informer only the name and the version of each object. Whole objects would take more memory than
 * everything that the registry makes from them.
 */
final class VersionStore<T extends HasMetadata> extends BasicItemStore<T> {

    private final Supplier<T> empty;

    /** @param empty makes an object without any content */
    VersionStore(Supplier<T> empty) {
        super(Cache::metaNamespaceKeyFunc);
        this.empty = empty;
    }

    @Override
    public @Nullable T put(String key, T object) {
        ObjectMeta metadata = object.getMetadata();
        T stub = empty.get();
        stub.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build());
        return super.put(key, stub);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
