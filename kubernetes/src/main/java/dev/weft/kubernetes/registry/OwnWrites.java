package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises events that are older than what this process wrote itself: those events must not undo it. Not safe for use
 * by several threads.
 */
final class OwnWrites {

    /** Most deleted objects that are remembered until the API server reports their deletion. */
    static final int MAX_DELETED = 1_024;

    private record Written(String uid, String version) {}

    private final Map<ApiEvent.Key, Written> written = new HashMap<>();
    private final Set<String> deleted = new LinkedHashSet<>();

    void wrote(ApiEvent event) {
        ObjectMeta metadata = event.object().getMetadata();
        if (event.gone()) {
            written.remove(event.key());
            if (!uid(metadata).isEmpty()) {
                deleted.add(uid(metadata));
            }
            if (deleted.size() > MAX_DELETED) {
                deleted.remove(deleted.iterator().next());
            }
        } else {
            written.put(event.key(), new Written(uid(metadata), version(metadata)));
        }
    }

    /** Whether an event reports a state from before this process wrote the object. */
    boolean isStale(ApiEvent event) {
        ObjectMeta metadata = event.object().getMetadata();
        if (deleted.contains(uid(metadata))) {
            if (event.gone()) {
                deleted.remove(uid(metadata));
            }
            return true;
        }
        Written own = written.get(event.key());
        if (own == null) {
            return false;
        }
        boolean same = own.uid().equals(uid(metadata));
        boolean older = isOlder(version(metadata), own.version());
        // Stale are: the deletion of a former object of this name, and a former state of this object.
        boolean stale = event.gone() ? !same && older : older;
        if (!stale) {
            written.remove(event.key());
        }
        return stale;
    }

    /** Resource versions are numbers that rise (KEP-5504). Versions that are not numbers are not compared. */
    private static boolean isOlder(String one, String other) {
        boolean numbers = isNumber(one) && isNumber(other);
        return numbers && (one.length() != other.length() ? one.length() < other.length() : one.compareTo(other) < 0);
    }

    private static boolean isNumber(String version) {
        return !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String uid(ObjectMeta metadata) {
        return text(metadata.getUid());
    }

    private static String version(ObjectMeta metadata) {
        return text(metadata.getResourceVersion());
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
