package main

import "strings"

// asksFreight tells whether a text asks who pays the postage.
func asksFreight(text string) bool {
	text = strings.ToLower(text)
	for _, sign := range []string{"运费", "邮费", "快递费", "寄费", "postage", "shipping fee", "shipping cost", "return shipping", "pay for shipping", "pays the shipping", "delivery fee"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}
