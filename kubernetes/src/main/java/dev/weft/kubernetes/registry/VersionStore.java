package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores for an informer only the name and the version of each object. Whole objects would take more memory than
 * everything that the registry makes from them.
 */
final class VersionStore<T extends HasMetadata> implements ItemStore<T> {

    private final Map<String, T> all = new ConcurrentHashMap<>();
    private final Supplier<T> empty;

    /** @param empty makes an object without any content */
    VersionStore(Supplier<T> empty) {
        this.empty = empty;
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        return all.put(key, stub(object.getMetadata()));
    }

    private T stub(ObjectMeta metadata) {
        T stub = empty.get();
        stub.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .build());
        return stub;
    }

    @Override
    public @Nullable T remove(String key) {
        return all.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return all.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return all.values().stream();
    }

    @Override
    public int size() {
        return all.size();
    }

    @Override
    public @Nullable T get(String key) {
        return all.get(key);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
