package dev.weft.control.join;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A page of a list, so that an answer has a bound however long the list is.
 *
 * @param items the newest first
 * @param next where the next page begins, as text of a {@link Place}; empty if this is the last one
 */
record Page<M>(List<M> items, String next) {

    /** Most octets of the items of a page; a single item that is larger is a page of its own. */
    static final int MAX_OCTETS = 1024 * 1024;

    Page {
        items = List.copyOf(items);
    }

    /**
     * The place of an item in its list. It says where a page continues also when that item is gone.
     *
     * @param time seconds since the epoch
     */
    record Place(long time, String id) implements Comparable<Place> {

        private static final Comparator<Place> NEWEST_FIRST =
                Comparator.comparingLong(Place::time).reversed().thenComparing(Place::id);
        private static final char BEFORE_ID = ':';

        /** Returns the place that a text describes; empty if it is not the text of a place. */
        static Optional<Place> parse(String text) {
            int at = text.indexOf(BEFORE_ID);
            try {
                return at < 0
                        ? Optional.empty()
                        : Optional.of(new Place(Long.parseLong(text.substring(0, at)), text.substring(at + 1)));
            } catch (NumberFormatException _) {
                return Optional.empty();
            }
        }

        @Override
        public int compareTo(Place other) {
            return NEWEST_FIRST.compare(this, other);
        }

        @Override
        public String toString() {
            return time + (BEFORE_ID + id);
        }
    }

    /**
     * Which part of the list is asked for.
     *
     * @param after the place of the last item of the page before; empty for the first page
     * @param maxOctets most octets of the items
     */
    record Part(Optional<Place> after, long maxOctets) {

        /** @param paged whether the caller asks for further pages; one of an earlier version gets the whole list */
        static Part of(boolean paged, Optional<Place> after) {
            return new Part(after, paged || after.isPresent() ? MAX_OCTETS : Long.MAX_VALUE);
        }
    }

    /**
     * An item of the list.
     *
     * @param message makes its message, if it is on the page
     */
    record Item<M>(Place place, Supplier<M> message) {}

    /**
     * Returns a page.
     *
     * @param all the list, in any order
     */
    static <M extends MessageLite> Page<M> of(Collection<Item<M>> all, Part part) {
        List<Item<M>> left = all.stream()
                .filter(each -> part.after().isEmpty()
                        || each.place().compareTo(part.after().orElseThrow()) > 0)
                .sorted(Comparator.comparing(Item::place))
                .toList();
        List<M> items = new ArrayList<>();
        long octets = 0;
        String last = "";
        for (Item<M> each : left) {
            M item = each.message().get();
            octets += item.getSerializedSize();
            if (octets > part.maxOctets() && !items.isEmpty()) {
                return new Page<>(items, last);
            }
            items.add(item);
            last = each.place().toString();
        }
        return new Page<>(items, "");
    }
}
