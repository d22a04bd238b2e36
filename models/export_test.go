package models

// ColumnsOfCustomers lists, by table, the columns that an erasure looks at for the customer's ID.
func ColumnsOfCustomers() map[string][]string {
	tables, err := parsed()
	if err != nil {
		panic(err)
	}
	all := map[string][]string{}
	for _, table := range tables {
		for _, column := range personColumns(table) {
			all[table.Table] = append(all[table.Table], column.id)
		}
	}
	return all
}
