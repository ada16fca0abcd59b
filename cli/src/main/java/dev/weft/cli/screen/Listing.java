package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * A table with a row for each of some things: each column says what it shows of one of them, a {@link Table.Cell} or a
 * value in words. The kinds of columns are those of {@link Table}.
 */
public final class Listing<T> {

    private final Collection<? extends T> things;
    private final Table table = new Table();
    private final List<Function<? super T, ?>> cells = new ArrayList<>();

    private Listing(Collection<? extends T> things) {
        this.things = things;
    }

    public static <T> Listing<T> of(Collection<? extends T> things) {
        return new Listing<>(things);
    }

    public Listing<T> column(String heading, Function<? super T, ?> cell) {
        return add(table.column(heading), 0, cell);
    }

    public Listing<T> column(String heading, int dropOrder, Function<? super T, ?> cell) {
        return add(table.column(heading), dropOrder, cell);
    }

    public Listing<T> numbers(String heading, Function<? super T, ?> cell) {
        return add(table.numbers(heading), 0, cell);
    }

    public Listing<T> numbers(String heading, int dropOrder, Function<? super T, ?> cell) {
        return add(table.numbers(heading), dropOrder, cell);
    }

    public Listing<T> shrinkable(String heading, Function<? super T, ?> cell) {
        return add(table.shrinkable(heading), 0, cell);
    }

    public Listing<T> shrinkable(String heading, int dropOrder, Function<? super T, ?> cell) {
        return add(table.shrinkable(heading), dropOrder, cell);
    }

    private Listing<T> add(Table added, int dropOrder, Function<? super T, ?> cell) {
        added.dropOrder(dropOrder);
        cells.add(cell);
        return this;
    }

    /** Returns the table; to be called once, after the last column. */
    public Table table() {
        things.forEach(
                thing -> table.row(cells.stream().map(cell -> cell.apply(thing)).toArray()));
        return table;
    }
}
